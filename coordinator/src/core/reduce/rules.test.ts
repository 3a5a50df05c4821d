import { COLLECT_BYTES_MAX, COLLECT_ENTRIES_MAX } from "@valence/shared/limits";
import type { ReduceRule } from "@valence/shared/reduce-rule";
import type { Value } from "@valence/shared/value";
import { encodedBytes } from "@valence/shared/value-codec";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { roundRatio } from "./exact-number.js";
import { scaledOf } from "./exact-reference.js";
import { foldValues, reduced } from "./fold-values.js";
import { excessOf, FoldError } from "./reducer.js";
import { reducerOf } from "./reducer-of.js";

describe("sum and count", () => {
  test("[A2] sum adds exactly and rounds once", () => {
    expect(
      reduced(
        "sum",
        Array.from({ length: 10 }, () => 0.1),
      ),
    ).toBe(1);
    expect(reduced("sum", [1e308, 1e308, -1e308])).toBe(1e308);
    expect(reduced("sum", [-0])).toBe(0);
    expect(reduced("sum", [Number.MAX_VALUE, Number.MAX_VALUE])).toBe(Infinity);
  });

  test("sum takes finite numbers only", () => {
    expect(() => reduced("sum", [Number.NaN])).toThrow("result: expected a finite number, got NaN");
    expect(() => reduced("sum", [-Infinity])).toThrow("got -Infinity");
    expect(() => reduced("sum", ["1"])).toThrow("got a string");
    expect(() => reduced("sum", [null])).toThrow("got null");
    expect(() => reduced("sum", [Float64Array.of(1)])).toThrow("got an array");
  });

  test("[A3] count counts electrons, whatever they gave", () => {
    const reducer = reducerOf("count");
    const state = reducer.fold(reducer.empty(), { value: null, electron: 0 });
    expect(reducer.read(reducer.fold(state, { value: "x", electron: 1 }))).toBe(2);
  });
});

describe("min and max", () => {
  test("[A3] take infinities, refuse NaN", () => {
    expect(reduced("min", [3, -Infinity, 5])).toBe(-Infinity);
    expect(reduced("max", [3, Infinity, 5])).toBe(Infinity);
    expect(() => reduced("min", [Number.NaN])).toThrow("expected a number, got NaN");
    expect(() => reduced("max", [{}])).toThrow("got an object");
  });

  test("[A3] of −0 and 0 the lower electron's stays, whichever came first", () => {
    for (const rule of ["min", "max"] as const) {
      const reducer = reducerOf(rule);
      const zero = foldValues(reducer, [0], 1);
      const minusZero = foldValues(reducer, [-0], 2);
      expect(reducer.read(reducer.merge(reducer.clone(zero), minusZero))).toBe(0);
      expect(reducer.read(reducer.merge(reducer.clone(minusZero), zero))).toBe(0);
      expect(reduced(rule, [-0, 0])).toBe(-0);
    }
  });
});

describe("mean", () => {
  const normal = 1.959963984540054;

  test("[A4] gives mean, sample variance, a 95 % interval and n", () => {
    const half = normal * Math.sqrt(2.5 / 5);
    expect(reduced("mean", [1, 2, 3, 4, 5])).toEqual({ mean: 3, variance: 2.5, low: 3 - half, high: 3 + half, n: 5 });
  });

  test("has no variance of one number, and nothing of none", () => {
    expect(reduced("mean", [7])).toEqual({ mean: 7, variance: null, low: null, high: null, n: 1 });
    expect(reduced("mean", [{ n: 0, sum: 0, sumSquares: 0 }])).toBeNull();
  });

  test("[A4] weighs sums by their n: the same as the numbers they were made of", () => {
    const parts = [
      { n: 3, sum: 6, sumSquares: 14 },
      { n: 2, sum: 9, sumSquares: 41 },
    ];
    expect(reduced("mean", parts)).toEqual(reduced("mean", [1, 2, 3, 4, 5]));
    expect(reduced("mean", [{ n: 3, sum: 6, sumSquares: 14 }, 4, 5])).toEqual(reduced("mean", [1, 2, 3, 4, 5]));
  });

  test("loses nothing to cancellation, and equals the formula in integers of any size", () => {
    expect(reduced("mean", [1e15 + 1, 1e15 + 2, 1e15 + 3])).toMatchObject({ mean: 1e15 + 2, variance: 1 });
    expect(reduced("mean", [0.1, 0.1, 0.1])).toMatchObject({ mean: 0.1, variance: 0 });
    const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(numbers, (list) => {
        const scaled = list.map(scaledOf);
        const n = BigInt(list.length);
        const sum = scaled.reduce((a, b) => a + b, 0n);
        const deviations = scaled.reduce((a, x) => a + (n * x - sum) ** 2n, 0n); // n² Σ(x − mean)²
        const { mean, variance } = reduced("mean", list) as { mean: number; variance: number };
        expect(mean).toBe(roundRatio({ n: sum, exponent: -1_074 }, n));
        expect(variance).toBe(roundRatio({ n: deviations, exponent: -2_148 }, n * n * (n - 1n)));
      }),
      { seed: 40, numRuns: 500 },
    );
  });

  test("a variance that rounded sums would make negative is 0", () => {
    expect(reduced("mean", [{ n: 3, sum: 3, sumSquares: 2.9999999999999996 }])).toMatchObject({
      mean: 1,
      variance: 0,
      low: 1,
      high: 1,
    });
  });

  test("[A4] sums that no numbers have are refused, and those of any numbers are taken, however they were rounded", () => {
    const refusal = "result.sumSquares: expected at least sum² / n, got";
    for (const [n, sum, sumSquares] of [
      [2, 100, 1],
      [1, 3, 0],
      [1, -3, 8.999999999999],
      [1_000_000, 1e6, 999_999.99],
      [3, 1e200, 1e300],
    ] as const) {
      expect(() => reduced("mean", [{ n, sum, sumSquares }])).toThrow(`${refusal} ${sumSquares}`);
    }
    const sizes = fc.constantFrom(1e-200, 1e-160, 1e-8, 0.1, 1, 1 / 3, 1e8, 1e150);
    const near = fc.tuple(sizes, fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 300 }));
    fc.assert(
      fc.property(near, fc.constantFrom(2 ** -52, 1e-9, 1), ([size, steps], step) => {
        const numbers = steps.map((k) => size * (1 + k * step));
        const sum = numbers.reduce((a, x) => a + x, 0);
        const sumSquares = numbers.reduce((a, x) => a + x * x, 0);
        expect(reduced("mean", [{ n: numbers.length, sum, sumSquares }])).toMatchObject({ n: numbers.length });
      }),
      { seed: 41, numRuns: 1_000 },
    );
    for (const equal of [0.1, 1 / 3, 7]) {
      let [sum, sumSquares] = [0, 0];
      for (let n = 1; n <= 100_000; n++) {
        sum += equal;
        sumSquares += equal * equal;
        if (n % 9_999 === 1) expect(reduced("mean", [{ n, sum, sumSquares }])).toMatchObject({ n });
      }
    }
  });

  test("counts beyond 2^53 without loss", () => {
    const part = { n: 2 ** 53 - 1, sum: 2 ** 53 - 1, sumSquares: 2 ** 53 - 1 };
    expect(reduced("mean", [part, part, part])).toMatchObject({ mean: 1, n: 3 * (2 ** 53 - 1) });
  });

  test.each([
    [Number.NaN, "result: expected a finite number or {n, sum, sumSquares}, got NaN"],
    [[1], "got an array"],
    [{}, "result.n: expected a whole number from 0 to 2^53 − 1, got nothing"],
    [{ n: 1.5, sum: 1, sumSquares: 1 }, "result.n: expected a whole number"],
    [{ n: 2 ** 53, sum: 1, sumSquares: 1 }, "result.n: expected a whole number"],
    [{ n: -1, sum: 1, sumSquares: 1 }, "result.n: expected a whole number"],
    [{ n: 1, sum: Infinity, sumSquares: 1 }, "result.sum: expected a finite number, got Infinity"],
    [{ n: 1, sum: 1, sumSquares: -1 }, "result.sumSquares: expected a finite number of at least 0, got -1"],
    [{ n: 0, sum: 1, sumSquares: 0 }, "expected 0 as the sums of 0 numbers"],
  ])("refuses %j", (value: Value, message) => {
    expect(() => reduced("mean", [value])).toThrow(FoldError);
    expect(() => reduced("mean", [value])).toThrow(message);
  });
});

describe("collect", () => {
  const collect = reducerOf("collect");

  test("[A5] gives the results in item order, whatever the order they came in", () => {
    const electrons = Array.from({ length: 1_000 }, (_, i) => (i * 387) % 1_000);
    let state = collect.empty();
    for (const electron of electrons) state = collect.fold(state, { value: { electron }, electron });
    expect(collect.read(state)).toEqual(Array.from({ length: 1_000 }, (_, electron) => ({ electron })));
  });

  test("[A5] takes entries to the limit, and one more is too many, folded or merged", () => {
    const full = foldValues(collect, new Array<Value>(COLLECT_ENTRIES_MAX).fill(1));
    const one = foldValues(collect, [2], COLLECT_ENTRIES_MAX);
    expect(excessOf(collect, full)).toBeNull();
    const over = {
      code: "collect_too_large",
      limit: "COLLECT_ENTRIES_MAX",
      message: "the aggregate has 100001 entries, more than COLLECT_ENTRIES_MAX = 100000",
    };
    expect(excessOf(collect, collect.merge(collect.clone(full), one))).toMatchObject(over);
    expect(excessOf(collect, collect.merge(collect.clone(one), full))).toMatchObject(over);
    expect(excessOf(collect, collect.fold(full, { value: 2, electron: COLLECT_ENTRIES_MAX }))).toMatchObject(over);
  });

  test("[A5] takes bytes to the limit, and one more is too many", () => {
    const half = new Uint8Array(COLLECT_BYTES_MAX / 2 - 5); // five bytes of header
    expect(encodedBytes(half)).toBe(COLLECT_BYTES_MAX / 2);
    const full = foldValues(collect, [half, half]);
    expect(excessOf(collect, full)).toBeNull();
    const over = collect.fold(full, { value: 0, electron: 2 });
    const limit = { code: "collect_too_large", limit: "COLLECT_BYTES_MAX", max: COLLECT_BYTES_MAX };
    expect(excessOf(collect, over)).toMatchObject(limit);
  });

  test("reads back from a store what would be too much today", () => {
    const over = foldValues(collect, new Array<Value>(COLLECT_ENTRIES_MAX + 1).fill(1));
    expect((collect.read(collect.unpack(collect.pack(over))) as Value[]).length).toBe(COLLECT_ENTRIES_MAX + 1);
  });
});

describe("an object of rules", () => {
  test("[A6] reduces each field by its own rule, in the order of the rule", () => {
    const rule: ReduceRule = { pi: "mean", best: { low: "min", high: "max" }, n: "count" };
    const value = reduced(rule, [
      { pi: 3, best: { low: 1, high: 2 }, n: 0 },
      { pi: 4, best: { low: -1, high: 1 }, n: null, x: 1 },
    ]);
    expect(value).toMatchObject({ pi: { mean: 3.5, n: 2 }, best: { low: -1, high: 2 }, n: 2 });
    expect(Object.keys(value as object)).toEqual(["pi", "best", "n"]);
  });

  test("[A6] names the field that cannot be folded", () => {
    const rule: ReduceRule = { a: { "odd key": "sum" } };
    expect(() => reduced(rule, [{ a: { "odd key": Number.NaN } }])).toThrow(
      'result.a["odd key"]: expected a finite number, got NaN',
    );
    expect(() => reduced(rule, [{ a: {} }])).toThrow('result.a["odd key"]: expected a value, got nothing');
    expect(() => reduced(rule, [{ a: 1 }])).toThrow("result.a: expected an object, got 1");
    expect(() => reduced(rule, [null])).toThrow("result: expected an object, got null");
    expect(() => reduced(Object.fromEntries([["toString", "count"]]), [{}])).toThrow(
      "result.toString: expected a value, got nothing",
    );
  });

  test("packs the same whatever the order of the fields in the rule", () => {
    const [one, other] = [reducerOf({ a: "sum", b: "max" }), reducerOf({ b: "max", a: "sum" })];
    const packed = one.pack(foldValues(one, [{ a: 1, b: 2 }]));
    expect(other.read(other.unpack(packed))).toEqual({ a: 1, b: 2 });
  });

  test("[A12] is as large as its fields together, and too large when one of them is", () => {
    const collects = ["a", "b", "c"].map((name) => [name, "collect"] as const);
    const reducer = reducerOf(Object.fromEntries(collects));
    const large = new Uint8Array(COLLECT_BYTES_MAX - 100);
    const state = foldValues(reducer, [{ a: large, b: large, c: 0 }]);
    expect(excessOf(reducer, state)).toBeNull();
    const more = reducer.fold(reducer.clone(state), { value: { a: 0, b: 0, c: large }, electron: 1 });
    expect(excessOf(reducer, more)).toMatchObject({ code: "aggregate_too_large", limit: "AGGREGATE_BYTES_MAX" });
    const one = reducer.fold(state, { value: { a: large, b: 0, c: 0 }, electron: 1 });
    expect(excessOf(reducer, one)).toMatchObject({ code: "collect_too_large" });
  });

  test("grows only where one of its fields does", () => {
    expect(reducerOf({ a: "sum", b: { c: { histogram: { from: 0, to: 1, bins: 1 } } } }).excess).toBeUndefined();
    expect(reducerOf({ a: "sum", b: { c: { top: 1 } } }).excess).toBeDefined();
  });
});
