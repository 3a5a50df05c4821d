import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cellOf, nameOf, type ResultView, resultView, TABLE_ROWS_MAX } from "./result-view.js";

const MEAN = { mean: 3.14, variance: 2.7, low: 3.13, high: 3.15, n: 1_000 };

describe("an aggregate is shown as what it looks like", () => {
  test.each<[string, unknown, ResultView["kind"]]>([
    ["none", null, "nothing"],
    ["a sum", 664_579, "number"],
    ["a sum of nothing", { $num: "NaN" }, "number"],
    ["a text", "eureka", "text"],
    ["a mean", MEAN, "estimate"],
    ["a mean of one result", { mean: 3, variance: null, low: null, high: null, n: 1 }, "estimate"],
    ["a histogram", { counts: [1, 2, 0], under: 0, over: 1 }, "histogram"],
    ["numbers", [1, 2, 3], "table"],
    [
      "rows of numbers",
      [
        [1, 2],
        [3, 4],
      ],
      "table",
    ],
    ["flat objects", [{ x: 1, name: "a" }, { x: 2 }], "table"],
    ["fields", { energy: MEAN, steps: 400 }, "fields"],
    ["nested objects", [{ at: { x: 1 } }], "tree"],
    ["an empty list", [], "tree"],
    ["an empty object", {}, "tree"],
    ["truth", true, "tree"],
    ["bytes", { $bin: "AAAA", $type: "Uint8Array" }, "text"],
    ["what only looks like a mean", { ...MEAN, unit: "m" }, "fields"],
    ["a sum called mean beside a count called n", { mean: 664_579, n: 1_000 }, "fields"],
    ["what only looks like a histogram", { counts: [1, "2"], under: 0, over: 0 }, "fields"],
    ["damaged bytes", { $bin: 7 }, "tree"],
    ["a damaged number", { $num: "seven" }, "tree"],
  ])("%s", (_, result, kind) => expect(resultView(result, null).kind).toBe(kind));

  test("many alike fields, as of an aggregate for each key, are a table by key", () => {
    const keys = Array.from({ length: 1_000 }, (_, i) => `k${i}`);
    const numbers = resultView(Object.fromEntries(keys.map((key, i) => [key, i])), null);
    expect(numbers).toMatchObject({ kind: "table", columns: ["key", "value"], rowsTotal: 1_000 });
    const means = resultView(Object.fromEntries(keys.map((key) => [key, MEAN])), null);
    expect(means).toMatchObject({ columns: ["key", "mean", "variance", "low", "high", "n"] });
    expect(means.kind === "table" && means.rows[1]).toEqual(["k1", 3.14, 2.7, 3.13, 3.15, 1_000]);
    expect(resultView(Object.fromEntries(keys.map((key) => [key, [{ deep: [] }]])), null).kind).toBe("tree");
  });

  test("a table has the columns of all its rows, and the first rows of many", () => {
    const table = resultView([{ x: 1 }, { y: { $num: "-Infinity" } }, { x: null }], null);
    expect(table).toEqual({
      kind: "table",
      columns: ["x", "y"],
      rows: [
        [1, null],
        [null, Number.NEGATIVE_INFINITY],
        [null, null],
      ],
      rowsTotal: 3,
    });
    const long = resultView(
      Array.from({ length: TABLE_ROWS_MAX + 1 }, (_, i) => i),
      null,
    );
    expect(long.kind === "table" && [long.rows.length, long.rowsTotal]).toEqual([TABLE_ROWS_MAX, TABLE_ROWS_MAX + 1]);
  });

  test("fields within fields are a tree, and no deeper than that", () => {
    const view = resultView({ outer: { inner: { x: [] } } }, null);
    expect(view).toEqual({ kind: "fields", fields: [["outer", { kind: "tree", value: { inner: { x: [] } } }]] });
  });
});

describe("what the bins of a histogram go over, its rule says", () => {
  const counts = { counts: [1, 2], under: 0, over: 1 };
  const rule = { histogram: { from: -1, to: 1, bins: 2 } };
  const span = { from: -1, to: 1 };

  test.each<[string, unknown, unknown]>([
    ["of the whole result", rule, span],
    ["of other bins", { histogram: { from: -1, to: 1, bins: 3 } }, null],
    ["that nobody knows", { histogram: { from: "a", to: 1, bins: 2 } }, null],
    ["that goes nowhere", { histogram: { from: 1, to: 1, bins: 2 } }, null],
    ["that is none", null, null],
  ])("a rule %s", (_, rule, span) => expect(resultView(counts, rule)).toMatchObject({ kind: "histogram", span }));

  test.each<[string, unknown]>([
    ["a field", { lengths: rule }],
    ["each key", { each: rule, keysMax: 5 }],
  ])("a rule for %s", (_, rule) => {
    const view = resultView({ lengths: counts }, rule);
    expect(view).toMatchObject({ kind: "fields", fields: [["lengths", { kind: "histogram", span }]] });
  });
});

test("a cell holds what fits into a line", () => {
  const typed = (json: object) => cellOf(json);
  expect([1, "a", null, false].map(cellOf)).toEqual([1, "a", null, false]);
  expect(typed({ $num: "-0" })).toBe(-0);
  expect(typed({ $bin: "AAAAAAAA8D8=", $type: "Float64Array" })).toBe("Float64Array of 1");
  expect(typed({ $bin: "AAA=" })).toBe("Uint8Array of 2");
  expect(typed({ $bin: "AAAA", $type: "Uint8ClampedArray" })).toBe("Uint8ClampedArray of 3");
  expect(typed({ x: 1 })).toBeUndefined();
});

test("a field that is named like a sign of the encoding loses the sign in front of it", () => {
  expect(["$$num", "$$$bin", "$num", "num", "$$"].map(nameOf)).toEqual(["$num", "$$bin", "$num", "num", "$$"]);
});

test("[U2] whatever a stranger's result is, it is shown, and no more of it than a screen", () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: "large" }), fc.jsonValue(), (json, rule) => {
      const view = resultView(json, rule);
      if (view.kind === "table") expect(view.rows.length).toBeLessThanOrEqual(TABLE_ROWS_MAX);
      if (view.kind === "table") for (const row of view.rows) expect(row).toHaveLength(view.columns.length);
    }),
  );
});
