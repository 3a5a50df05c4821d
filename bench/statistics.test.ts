import { expect, test } from "vitest";
import { median, spread } from "./statistics.js";

test("the median is the middle one, whatever the order", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2);
});

test("the spread is half the range by the median", () => {
  expect(spread([90, 100, 110])).toBeCloseTo(0.1);
  expect(spread([0, 0, 0])).toBe(0);
});
