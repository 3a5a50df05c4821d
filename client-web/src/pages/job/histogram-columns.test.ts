import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsOf, rangeText } from "./histogram-columns.js";

test("few bins are a column each, many are joined by as many each as it takes", () => {
  expect(columnsOf([4, 0, 2])).toEqual([
    { from: 1, to: 1, bins: 1, count: 4 },
    { from: 2, to: 2, bins: 1, count: 0 },
    { from: 3, to: 3, bins: 1, count: 2 },
  ]);
  const joined = columnsOf(Array(100).fill(1));
  expect([joined.length, joined[0], joined.at(-1)]).toEqual([
    50,
    { from: 1, to: 2, bins: 2, count: 2 },
    { from: 99, to: 100, bins: 2, count: 2 },
  ]);
  expect([rangeText({ from: 3, to: 3 }), rangeText({ from: 3, to: 4 })]).toEqual(["bin 3", "bins 3 to 4"]);
});

test("no bin is lost, and none is in two columns", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 4_096 }), (counts) => {
      const columns = columnsOf(counts);
      expect(columns.length).toBeLessThanOrEqual(96);
      expect(columns.reduce((sum, { bins }) => sum + bins, 0)).toBe(counts.length);
      expect(columns.reduce((sum, { count }) => sum + count, 0)).toBe(counts.reduce((sum, each) => sum + each, 0));
    }),
  );
});
