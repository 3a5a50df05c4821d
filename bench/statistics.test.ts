import fc from "fast-check";
import { expect, test } from "vitest";
import { halfRange, median, spread } from "./statistics.js";

test("the median is the middle one, whatever the order", () => {
  expect(median([3, 1, 2])).toBe(2);
});

test("the median of an even count is the mean of both middles", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([1, 3])).toBe(2);
});

test("as many numbers lie below the median as above it", () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (numbers) => {
      const middle = median(numbers);
      const [below, above] = [numbers.filter((one) => one < middle), numbers.filter((one) => one > middle)];
      expect(Math.max(below.length, above.length)).toBeLessThanOrEqual(numbers.length / 2);
      expect(median(numbers.toReversed())).toBe(middle);
    }),
  );
});

test("the spread is half the range by the median", () => {
  expect(halfRange([90, 100, 110])).toBe(10);
  expect(spread([90, 100, 110])).toBeCloseTo(0.1);
  expect(spread([0, 0, 0])).toBe(0);
});

test("the spread around a median below 0 is that of its size, and around 0 there is none", () => {
  expect(spread([-90, -100, -110])).toBeCloseTo(0.1);
  expect(spread([0, 0, 0.6])).toBeNull();
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (numbers) => {
      const share = spread(numbers) ?? 0;
      expect(share >= 0 && Number.isFinite(share)).toBe(true);
    }),
  );
});
