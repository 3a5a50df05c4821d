import fc from "fast-check";
import { expect, test } from "vitest";
import { type TrailPoint, trailShape, trailWith } from "./estimate-trail.js";
import type { Estimate } from "./result-view.js";

const estimate = (n: number, mean = 3, half = 1 / Math.sqrt(n)): Estimate => {
  return { kind: "estimate", mean, variance: 1, n, interval: { low: mean - half, high: mean + half } };
};
const trailOf = (views: readonly Estimate[]) => views.reduce<readonly TrailPoint[]>(trailWith, []);

test("a trail has a point for each view with more results, and begins anew when there are fewer", () => {
  expect(trailOf([estimate(1), estimate(1), estimate(4)]).map(({ n }) => n)).toEqual([1, 4]);
  expect(trailOf([estimate(1), estimate(4), estimate(2)]).map(({ n }) => n)).toEqual([2]);
  expect(trailWith([], { kind: "number", value: 1 })).toEqual([]);
  expect(trailWith([], { ...estimate(1), interval: null })).toEqual([]);
});

test("however long one looks, the trail stays short, and keeps its ends", () => {
  const trail = trailOf(Array.from({ length: 5_000 }, (_, i) => estimate(i + 1)));
  expect(trail.length).toBeLessThanOrEqual(200);
  expect([trail[0]?.n, trail.at(-1)?.n]).toEqual([1, 5_000]);
});

test("a shape goes from the left to the right and ends in the middle", () => {
  expect(trailShape(trailOf([estimate(1), estimate(2)]))).toBeNull();
  const shape = trailShape(trailOf([estimate(1), estimate(4), estimate(16)]));
  expect(shape?.mean).toBe("0.00,50.00 20.00,50.00 100.00,50.00");
  expect(shape?.interval.split(" ")).toEqual([
    "0.00,0.00",
    "20.00,25.00",
    "100.00,37.50",
    "100.00,62.50",
    "20.00,75.00",
    "0.00,100.00",
  ]);
  expect(trailShape(trailOf([1, 2, 3].map((n) => estimate(n, 3, 0))))).toBeNull();
});

test("whatever the numbers are, a shape has points and no gaps", () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 });
  fc.assert(
    fc.property(fc.array(fc.tuple(number, fc.nat(1_000)), { minLength: 3, maxLength: 300 }), (views) => {
      const shape = trailShape(trailOf(views.map(([mean, half], i) => estimate(i + 1, mean, half))));
      if (shape) expect(`${shape.mean} ${shape.interval}`).toMatch(/^(-?\d+\.\d\d,-?\d+\.\d\d ?)+$/);
    }),
  );
});
