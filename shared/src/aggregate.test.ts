import { expect, test } from "vitest";
import { meanIn } from "./aggregate.js";

const MEAN = { mean: 3.14, variance: 2.7, low: 3.13, high: 3.15, n: 1_000 };
const OF_ONE = { mean: 3, variance: null, low: null, high: null, n: 1 };

test.each([MEAN, OF_ONE])("%j is a mean", (json) => expect(meanIn(json)).toEqual(json));

test("one whose interval goes beyond all doubles is a mean without", () => {
  const wide = { variance: { $num: "Infinity" }, low: { $num: "-Infinity" }, high: { $num: "Infinity" } };
  expect(meanIn({ mean: 0, ...wide, n: 2 })).toEqual({ ...OF_ONE, mean: 0, n: 2 });
});

test.each([
  ["nothing", null],
  ["a number", 3.14],
  ["a list", [3.14, 2.7, 3.13, 3.15, 1_000]],
  ["fields of a mean and others", { ...MEAN, unit: "m" }],
  ["fields of that name by other rules", { mean: 3.14, n: 1_000 }],
  ["a mean of no number", { ...MEAN, mean: { $num: "NaN" } }],
])("%s is none", (_, json) => expect(meanIn(json)).toBeNull());
