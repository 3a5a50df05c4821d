import { expect, test } from "vitest";
import { estimateText, numberText } from "./number-text.js";

test.each([
  [664_579, "664,579"],
  [-1_234, "−1,234"],
  [9.80665, "9.80665"],
  [1e-7, "1 × 10⁻⁷"],
  [6.02214076e23, "6.02214076 × 10²³"],
  [0, "0"],
  [-0, "−0"],
  [Number.NaN, "not a number"],
  [Number.POSITIVE_INFINITY, "∞"],
  [Number.NEGATIVE_INFINITY, "−∞"],
])("%d is written %s", (n, text) => expect(numberText(n)).toBe(text));

const estimate = (mean: number, low: number, high: number) => estimateText({ mean, interval: { low, high } });

test("an estimate has the digits that its interval leaves it", () => {
  expect(estimate(4.241593, 4.24142, 4.24176)).toEqual({
    mean: "4.24159",
    halfWidth: "0.00017",
    low: "4.24142",
    high: "4.24176",
  });
  expect(estimate(1_234_567.89, 1_234_000, 1_235_135.78)).toMatchObject({ mean: "1,234,568", halfWidth: "568" });
  expect(estimate(-0.5, -0.7, -0.3)).toMatchObject({ mean: "−0.50", halfWidth: "0.20" });
  expect(estimate(12_345.678, 12_344.6, 12_346.8)).toMatchObject({ mean: "12,345.7", halfWidth: "1.1" });
});

test("without an interval, or with one of no width, all digits are shown", () => {
  expect(estimateText({ mean: 2.5, interval: null })).toEqual({ mean: "2.5", halfWidth: null, low: null, high: null });
  expect(estimate(2.5, 2.5, 2.5).halfWidth).toBeNull();
  expect(estimate(2.5, Number.NEGATIVE_INFINITY, 3).halfWidth).toBeNull();
});
