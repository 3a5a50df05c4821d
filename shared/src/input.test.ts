import { describe, expect, test } from "vitest";
import type { ErrorCode, GridError } from "./errors.js";
import { chunkOf, inputForm, parseInput, shapeOf, totalItems } from "./input.js";
import { AXES_MAX, ELECTRONS_MAX, ITEMS_MAX, LIST_ITEMS_INLINE_MAX } from "./limits.js";

const range = (from: unknown, to: unknown, chunk: unknown = 1) => ({ range: { from, to, chunk } });
const axis = (from: unknown, to: unknown, step: unknown) => ({ grid: { x: { from, to, step } } });

function refusal(input: unknown): Partial<GridError> {
  try {
    return { message: `taken: ${JSON.stringify(parseInput(input))}` };
  } catch (error) {
    return error as GridError;
  }
}

describe("a range", () => {
  test("[I1] keeps its numbers and its chunk", () => {
    const input = parseInput(range(-5, 10, 4));
    expect(input).toEqual({ kind: "range", from: -5, to: 10, chunk: 4 });
    expect([totalItems(input), chunkOf(input)]).toEqual([15, 4]);
    expect(shapeOf(input, 4)).toEqual({ kind: "range", from: -5, chunk: 4, total: 15 });
  });

  test("has an automatic chunk when it names none", () => {
    expect(chunkOf(parseInput({ range: { from: 0, to: 9 } }))).toBe("auto");
    expect(chunkOf(parseInput(range(0, ITEMS_MAX, "auto")))).toBe("auto");
  });

  test.each<[ErrorCode, unknown]>([
    ["invalid_range", range(0, 0)],
    ["invalid_range", range(5, 4)],
    ["invalid_range", range(0.5, 4)],
    ["invalid_range", range(0, Number.POSITIVE_INFINITY)],
    ["invalid_range", range(Number.NaN, 4)],
    ["invalid_range", range(0, 2 ** 53)],
    ["invalid_range", range(0, 4, 0)],
    ["invalid_range", range(0, 4, -1)],
    ["invalid_range", range(0, 4, 1.5)],
    ["invalid_request", range("0", 4)],
    ["invalid_request", range(0, null)],
    ["invalid_request", range(0, 4, "big")],
    ["invalid_request", { range: { from: 0 } }],
    ["invalid_request", { range: { from: 0, to: 4, step: 2 } }],
    ["invalid_request", { range: [0, 4] }],
  ])("%s: %j", (code, input) => {
    expect(refusal(input)).toMatchObject({ code, status: 422 });
  });

  test("takes as many items as an integer can count, and not one more", () => {
    expect(totalItems(parseInput(range(0, ITEMS_MAX, 2 ** 40)))).toBe(ITEMS_MAX);
    expect(refusal(range(-1, ITEMS_MAX, 2 ** 40)).code).toBe("too_many_items");
    expect(refusal(range(-ITEMS_MAX, ITEMS_MAX, "auto")).code).toBe("too_many_items");
  });

  test("takes 2^31 electrons, and not one more", () => {
    expect(totalItems(parseInput(range(0, 3 * ELECTRONS_MAX, 3)))).toBe(3 * ELECTRONS_MAX);
    expect(refusal(range(0, 3 * ELECTRONS_MAX + 1, 3))).toMatchObject({
      code: "too_many_electrons",
      details: { limit: "ELECTRONS_MAX", max: ELECTRONS_MAX, actual: ELECTRONS_MAX + 1 },
    });
  });
});

describe("a list", () => {
  test("keeps its elements, whatever they are", () => {
    const input = parseInput({ list: [1, null, { a: [] }] });
    expect(input).toEqual({ kind: "list", values: [1, null, { a: [] }] });
    expect([totalItems(input), chunkOf(input), shapeOf(input, 1)]).toEqual([3, 1, { kind: "list" }]);
  });

  test("may be an upload, of which only its store knows how many elements it has", () => {
    const input = parseInput({ list: { upload: "u".repeat(64) } });
    expect(input).toEqual({ kind: "upload", upload: "u".repeat(64) });
    expect([totalItems(input), chunkOf(input), shapeOf(input, 1)]).toEqual([null, 1, { kind: "list" }]);
  });

  test("[M1] takes 10,000 elements, and not one more", () => {
    const list = Array.from({ length: LIST_ITEMS_INLINE_MAX }, () => 0);
    expect(totalItems(parseInput({ list }))).toBe(LIST_ITEMS_INLINE_MAX);
    expect(refusal({ list: [...list, 0] })).toMatchObject({
      code: "list_too_long",
      details: { max: 10_000, actual: 10_001 },
    });
  });

  test.each<[ErrorCode, unknown]>([
    ["empty_input", []],
    ["invalid_request", { upload: "" }],
    ["invalid_request", { upload: "u".repeat(65) }],
    ["invalid_request", { upload: 1 }],
    ["invalid_request", { upload: "u1", from: 0 }],
    ["invalid_request", {}],
    ["invalid_request", "abc"],
    ["invalid_request", { length: 3 }],
    ["invalid_request", null],
  ])("%s: %j", (code, list) => {
    expect(refusal({ list }).code).toBe(code);
  });
});

describe("a grid", () => {
  test("keeps its axes in their written order", () => {
    const input = parseInput({ grid: { z: ["a", null], a: { from: 0, to: 1, step: 0.25 }, "10 %": [true] } });
    const axes = [
      { name: "z", axis: ["a", null] },
      { name: "a", axis: { from: 0, step: 0.25, count: 4 } },
      { name: "10 %", axis: [true] },
    ];
    expect(shapeOf(input, 1)).toEqual({ kind: "grid", axes });
    expect([totalItems(input), chunkOf(input)]).toEqual([8, 1]);
  });

  test.each([
    [0, 1, 0.1, 10],
    [0, 0.3, 0.1, 3],
    [0, 1, 0.3, 4],
    [1, 0, -0.25, 4],
    [-1, 1, 3, 1],
    [0, 1e-3, 1e-4, 10],
  ])("[I3] counts the steps from %d to %d by %d: %i", (from, to, step, count) => {
    expect(totalItems(parseInput(axis(from, to, step)))).toBe(count);
  });

  test.each<[ErrorCode, unknown]>([
    ["empty_input", { grid: {} }],
    ["empty_input", { grid: { x: [] } }],
    ["empty_input", axis(1, 1, 1)],
    ["empty_input", axis(0, 1e-10, 1)],
    ["invalid_range", axis(0, 1, 0)],
    ["invalid_range", axis(1, 0, 1)],
    ["invalid_range", axis(0, 1, -1)],
    ["invalid_range", axis(0, Number.POSITIVE_INFINITY, 1)],
    ["invalid_range", axis(0, 1, Number.NaN)],
    ["invalid_request", axis(0, "1", 1)],
    ["invalid_request", { grid: { x: { from: 0, to: 1 } } }],
    ["invalid_request", { grid: { x: { from: 0, to: 1, step: 1, chunk: 1 } } }],
    ["invalid_request", { grid: { x: 1 } }],
    ["invalid_request", { grid: [[1]] }],
    ["invalid_request", { grid: { "": [1] } }],
    ["invalid_request", { grid: { 7: [1] } }],
    ["invalid_request", { grid: { "007": [1] } }],
    ["invalid_request", { grid: { ["x".repeat(129)]: [1] } }],
    ["invalid_request", JSON.parse('{"grid": {"__proto__": [1]}}')],
    ["list_too_long", { grid: { x: Array.from({ length: LIST_ITEMS_INLINE_MAX + 1 }, () => 0) } }],
    ["too_many_items", axis(-1e308, 1e308, 1e-308)],
    ["too_many_items", axis(0, 2 ** 53, 1)],
    ["too_many_items", { grid: { x: { from: 0, to: 2 ** 30, step: 1 }, y: { from: 0, to: 2 ** 30, step: 1 } } }],
    ["too_many_electrons", axis(0, ELECTRONS_MAX + 1, 1)],
  ])("%s: %j", (code, input) => {
    expect(refusal(input)).toMatchObject({ code, status: 422 });
  });

  test("takes 2^31 cells and 16 axes, and not one more", () => {
    expect(totalItems(parseInput(axis(0, ELECTRONS_MAX, 1)))).toBe(ELECTRONS_MAX);
    const axes = Array.from({ length: AXES_MAX }, (_, index) => [`x${index}`, [0, 1]]);
    expect(totalItems(parseInput({ grid: Object.fromEntries(axes) }))).toBe(2 ** AXES_MAX);
    const more = { grid: Object.fromEntries([...axes, ["more", [0]]]) };
    expect(refusal(more)).toMatchObject({ code: "invalid_request", details: { limit: "AXES_MAX", actual: 17 } });
  });
});

describe("an input", () => {
  test.each([
    undefined,
    null,
    [],
    "range",
    {},
    { ranges: {} },
    { list: [1], grid: { x: [1] } },
    { list: [1], chunk: 2 },
  ])("has exactly one kind: %j has not", (input) => {
    expect(refusal(input)).toMatchObject({ code: "invalid_request" });
  });

  test("says where it is wrong", () => {
    expect(refusal(range(0, 4, "big")).message).toMatch(/^input\.range\.chunk: /);
    expect(refusal(range(0.5, 4)).message).toMatch(/^input\.range\.from must be a whole number .*, and is 0\.5\.$/);
    expect(refusal({ grid: { "a b": 1 } }).message).toBe('input.grid["a b"] must be an array.');
  });

  test("has a form that what is parsed has too", () => {
    for (const input of [
      range(0, 4),
      { list: [1] },
      { list: { upload: "u" } },
      axis(0, 1, 0.1),
      { grid: { x: [1] } },
    ]) {
      expect(inputForm.safeParse(input).success).toBe(true);
    }
  });
});
