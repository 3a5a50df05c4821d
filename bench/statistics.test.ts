import { expect, test } from "vitest";
import { median, quantile, spread } from "./statistics.js";

test("the median is the middle one, whatever the order", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2);
});

test("the spread is half the range by the median", () => {
  expect(spread([90, 100, 110])).toBeCloseTo(0.1);
  expect(spread([0, 0, 0])).toBe(0);
});

test("a quantile is one of the numbers, and as many as its share do not exceed it", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([0.01, 0.5, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([1, 50, 99, 100]);
  expect(quantile([7], 0.99)).toBe(7);
});
