import type { Histogram } from "@valence/shared/aggregate";
import { BINS_MAX } from "@valence/shared/limits";
import type { Value } from "@valence/shared/value";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldValues, reduced } from "./fold-values.js";
import { FoldError } from "./reducer.js";
import { reducerOf } from "./reducer-of.js";

const tenths = { histogram: { from: 0, to: 1, bins: 10 } };

/** The bin of a number among bins, or `under` or `over`. */
function binOf(x: number, rule: { from: number; to: number; bins: number }): number | string {
  const { counts, under, over } = reduced({ histogram: rule }, [x]) as Histogram;
  return under === 1 ? "under" : over === 1 ? "over" : counts.indexOf(1);
}

describe("histogram", () => {
  test("[A9] counts numbers by bin, from the lower edge to below the upper one", () => {
    expect(reduced({ histogram: { from: -1, to: 1, bins: 4 } }, [-1, -0.5, -0, 0, 0.49, 0.5, 0.999])).toEqual({
      counts: [1, 1, 3, 2],
      under: 0,
      over: 0,
    });
  });

  test("[A9] what lies below is under; `to` itself and what lies above is over; infinities, too", () => {
    const numbers = [-Infinity, -1e-300, 1, 1 + Number.EPSILON, 7, Infinity];
    expect(reduced(tenths, numbers)).toEqual({ counts: new Array(10).fill(0), under: 2, over: 4 });
  });

  test("[A9] an edge belongs to the bin above it, as doubles have it", () => {
    const hundred = { from: 0, to: 1, bins: 100 };
    for (let i = 0; i < 100; i++) expect(binOf(i / 100, hundred)).toBe(i); // 0.29 · 100 is 28.999…
    for (let i = 1; i < 100; i++) expect(binOf((i / 100) * (1 - Number.EPSILON), hundred)).toBe(i - 1);
  });

  test("[A9] takes arrays of numbers, typed ones, and empty ones", () => {
    const arrays = [[0.05, 0.15], Float64Array.of(0.15, 2), Float32Array.of(0.5), Int8Array.of(-1, 0), [], 0.95];
    expect(reduced(tenths, arrays)).toEqual({ counts: [2, 2, 0, 0, 0, 1, 0, 0, 0, 1], under: 1, over: 1 });
    expect(reduced(tenths, [[]])).toEqual({ counts: new Array(10).fill(0), under: 0, over: 0 });
  });

  test.each<[Value, string]>([
    [Number.NaN, "result: expected a number or an array of numbers, got NaN"],
    ["1", "got a string"],
    [{}, "got an object"],
    [[1, Number.NaN], "result[1]: expected a number, got NaN"],
    [[1, [2]], "result[1]: expected a number, got an array"],
    [Float64Array.of(0, 1, Number.NaN), "result[2]: expected a number, got NaN"],
  ])("[F6] refuses %j", (value, message) => {
    expect(() => reduced(tenths, [value])).toThrow(FoldError);
    expect(() => reduced(tenths, [value])).toThrow(message);
  });

  test("puts every number into the one bin whose edges hold it, however close they lie", () => {
    const bounds = fc.tuple(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: 1e-310, max: 1e300, noNaN: true }),
    );
    const rules = fc
      .tuple(bounds, fc.integer({ min: 1, max: 200 }))
      .map(([[from, width], bins]) => ({ from, to: from + width, bins }));
    const usable = rules.filter(({ from, to, bins }) => from < to && Number.isFinite((to - from) * bins));
    fc.assert(
      fc.property(usable, fc.nat(200), (rule, i) => {
        const { from, to, bins } = rule;
        const x = Math.min(to, from + ((to - from) * i) / bins);
        const bin = binOf(x, rule);
        const edge = (k: number) => (k === bins ? to : Math.min(to, from + ((to - from) * k) / bins));
        if (typeof bin === "string") expect(x).toBe(to);
        else expect([edge(bin) <= x, x < edge(bin + 1)]).toEqual([true, true]);
      }),
      { seed: 50, numRuns: 1_000 },
    );
  });

  test("packs only the bins that have something, and unpacks no others than it has", () => {
    const wide = reducerOf({ histogram: { from: 0, to: 1, bins: BINS_MAX } });
    const state = foldValues(wide, [0.25, 0.25, 0.75]);
    expect(wide.pack(state)).toEqual([0, 0, Uint16Array.of(1_024, 3_072), Float64Array.of(2, 1)]);
    const narrow = reducerOf(tenths);
    for (const packed of [
      [0, 0, Uint16Array.of(10), Float64Array.of(1)],
      [0, 0, Uint16Array.of(1, 2), Float64Array.of(1)],
      [0, 0, Uint16Array.of(1), Float64Array.of(0.5)],
      [-1, 0, Uint16Array.of(1), Float64Array.of(1)],
      [0, 0, [1], [1]],
    ]) {
      expect(() => narrow.unpack(packed)).toThrow("no packed histogram");
    }
  });
});
