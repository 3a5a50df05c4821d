import { TOP_BYTES_MAX, TOP_ENTRIES_MAX } from "@valence/shared/limits";
import type { Value } from "@valence/shared/value";
import { encodedBytes } from "@valence/shared/value-codec";
import { describe, expect, test } from "vitest";
import { foldValues, reduced } from "./fold-values.js";
import { excessOf, FoldError } from "./reducer.js";
import { reducerOf } from "./reducer-of.js";

const byScore = { top: 2, by: "score" };

describe("top", () => {
  test("[A10] keeps the results with the greatest numbers, best first", () => {
    const results = [3, 9, -1, 7].map((score) => ({ score, name: `n${score}` }));
    expect(reduced(byScore, results)).toEqual([
      { score: 9, name: "n9" },
      { score: 7, name: "n7" },
    ]);
    expect(reduced(byScore, results.slice(0, 1))).toEqual([{ score: 3, name: "n3" }]);
  });

  test("[A10] without a field the results are the numbers", () => {
    expect(reduced({ top: 3 }, [1, Infinity, -Infinity, 5, 2])).toEqual([Infinity, 5, 2]);
    expect(reduced({ top: 3, by: null }, [-0, 0])).toEqual([-0, 0]);
  });

  test("[A10] of equal results the lower electron's stays and comes first, whichever came first", () => {
    const reducer = reducerOf(byScore);
    const of = (electron: number, score: number) => foldValues(reducer, [{ score, electron }], electron);
    let state = reducer.empty();
    for (const [electron, score] of [
      [4, -0],
      [2, 0],
      [9, 0],
      [3, 0],
      [1, -1],
    ] as const)
      state = reducer.merge(state, of(electron, score));
    expect((reducer.read(state) as { electron: number }[]).map(({ electron }) => electron)).toEqual([2, 3]);
  });

  test("keeps as many as the limit says, and no more, from the least to the greatest", () => {
    const best = reduced(
      { top: TOP_ENTRIES_MAX },
      Array.from({ length: TOP_ENTRIES_MAX + 5 }, (_, i) => i),
    ) as number[];
    expect([best.length, best[0], best.at(-1)]).toEqual([TOP_ENTRIES_MAX, TOP_ENTRIES_MAX + 4, 5]);
  });

  test.each<[Value, string]>([
    [{ score: Number.NaN }, "result.score: expected a number, got NaN"],
    [{ score: "1" }, "result.score: expected a number, got a string"],
    [{}, "result.score: expected a number, got nothing"],
    [1, "result: expected an object, got 1"],
    [[1], "result: expected an object, got an array"],
    [null, "got null"],
  ])("[F6] refuses %j", (value, message) => {
    expect(() => reduced(byScore, [value])).toThrow(FoldError);
    expect(() => reduced(byScore, [value])).toThrow(message);
  });

  test("[F6] refuses what is no number when no field is named, and takes none from the prototype", () => {
    expect(() => reduced({ top: 1 }, [{ score: 1 }])).toThrow("result: expected a number, got an object");
    expect(() => reduced({ top: 1, by: "constructor" }, [{}])).toThrow(
      "result.constructor: expected a number, got nothing",
    );
  });

  test("[A10] takes bytes to the limit, and one more is too many: each result as large as the largest", () => {
    const reducer = reducerOf({ top: 3, by: "score" });
    const large = (bytes: number, score: number) => ({ score, body: new Uint8Array(bytes) });
    const rest = encodedBytes(large(1_000_000, 1)) - 1_000_000;
    const most = Math.floor(TOP_BYTES_MAX / 3) - rest;
    const full = foldValues(reducer, [large(most, 1), large(1, 2), large(1, 3)]);
    expect(excessOf(reducer, full)).toBeNull();
    const more = reducer.fold(full, { value: large(most + 1, 0), electron: 3 }); // which is none of the best
    expect(excessOf(reducer, more)).toMatchObject({
      code: "top_too_large",
      limit: "TOP_BYTES_MAX",
      max: TOP_BYTES_MAX,
    });
  });

  test("what it weighs is the same for any order, and no part weighs more", () => {
    const reducer = reducerOf({ top: 2, by: "score" });
    const results = Array.from({ length: 50 }, (_, i) => ({ score: (i * 17) % 50, body: "x".repeat((i * 13) % 90) }));
    const whole = reducer.weigh(foldValues(reducer, results));
    expect(reducer.weigh(foldValues(reducer, results.toReversed()))).toBe(whole);
    for (let i = 0; i < 50; i++)
      expect(reducer.weigh(foldValues(reducer, results.slice(i)))).toBeLessThanOrEqual(whole);
  });

  test("unpacks nothing that is not in order", () => {
    const reducer = reducerOf({ top: 2 });
    const [largest, electrons] = reducer.pack(foldValues(reducer, [1, 2])) as [number, Float64Array];
    const [, , column] = reducerOf("collect").pack(foldValues(reducerOf("collect"), [1, 2])) as [number, Value, Value];
    expect(() => reducer.unpack([largest, electrons, column])).toThrow("no packed top");
  });
});
