import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsOf, endTexts, rangeText } from "./histogram-columns.js";

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
});

test("without a rule columns are named by their bins", () => {
  const scale = { span: null, bins: 4 };
  const texts = [rangeText({ from: 3, to: 3 }, scale), rangeText({ from: 3, to: 4 }, scale), ...endTexts(scale)];
  expect(texts).toEqual(["bin 3", "bins 3 to 4", "bin 1", "bin 4"]);
});

test.each([
  [{ from: 0, to: 1 }, 20, ["0.05 to 0.1", "0", "1"]],
  [{ from: 0, to: 1 }, 3, ["0.333 to 0.667", "0", "1"]],
  [{ from: 0, to: 0.4 }, 32, ["0.0125 to 0.025", "0", "0.4"]],
  [{ from: -50, to: 50 }, 10, ["−40 to −30", "−50", "50"]],
  [{ from: 0, to: 3e9 }, 3, ["1,000,000,000 to 2,000,000,000", "0", "3,000,000,000"]],
  [{ from: 0, to: 3e-20 }, 3, ["1 × 10⁻²⁰ to 2 × 10⁻²⁰", "0", "3 × 10⁻²⁰"]],
])("%o in %d bins is told in its own numbers", (span, bins, [second, ...ends]) => {
  const scale = { span, bins };
  expect([rangeText({ from: 2, to: 2 }, scale), ...endTexts(scale)]).toEqual([second, ...ends]);
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
