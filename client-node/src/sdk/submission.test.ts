import { expect, test } from "vitest";
import { bodyOf } from "./submission.js";

test.each([
  ["a Map", { list: [1, new Map()] }, "input.list[1]"],
  ["a Date", { grid: { day: [new Date(0)] } }, "input.grid.day[0]"],
  ["a BigInt", { list: [{ n: 1n }] }, "input.list[0].n"],
])("%s is refused with its place, not changed in silence", (_, input, place) => {
  expect(() => bodyOf({ atom: "a", input: input as never })).toThrow(place);
});

test("a bound that JSON cannot write is no range", () => {
  const submit = () => bodyOf({ atom: "a", input: { range: { from: 0, to: Number.POSITIVE_INFINITY } } });
  expect(submit).toThrow(expect.objectContaining({ code: "invalid_range" }));
});

test("values go in their JSON form; what is missing is for the coordinator to say", () => {
  expect(bodyOf({ atom: "a", input: { list: [Number.NaN, new Float64Array([1])] }, params: -0 })).toMatchObject({
    input: { list: [{ $num: "NaN" }, { $type: "Float64Array" }] },
    params: { $num: "-0" },
  });
  expect(bodyOf({ atom: "a" } as never)).toEqual({ atom: "a", input: undefined });
});
