import type { Value } from "@valence/shared/value";
import { decodeValue, encodeValue } from "@valence/shared/value-codec";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { roundScaled } from "./exact-number.js";
import { scaledOf } from "./exact-reference.js";
import { ExactSum } from "./exact-sum.js";

function referenceSum(numbers: readonly number[]): number {
  return roundScaled({ n: numbers.reduce((sum, x) => sum + scaledOf(x), 0n), exponent: -1_074 });
}

function referenceSquares(numbers: readonly number[]): number {
  return roundScaled({ n: numbers.reduce((sum, x) => sum + scaledOf(x) ** 2n, 0n), exponent: -2_148 });
}

function sumOf(numbers: Iterable<number>): ExactSum {
  const sum = new ExactSum();
  for (const x of numbers) sum.add(x);
  return sum;
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
/** Numbers of one size beside those of any size, and their opposites, so that much cancels. */
const numbers = fc
  .array(
    fc.oneof(
      finite,
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.constantFrom(
        Number.MAX_VALUE,
        5e-324,
        -0,
        2 ** 53 - 1,
        1 - 2 ** 53,
        2 ** 53,
        2 ** 54 + 2,
        94_906_265,
        0.5,
        2 ** -18,
      ),
    ),
  )
  .chain((list) => fc.shuffledSubarray([...list, ...list.map((x) => -x)]));

describe("ExactSum", () => {
  test("equals the sum in integers of any size", () => {
    fc.assert(
      fc.property(numbers, (list) => {
        expect(sumOf(list).value()).toBe(referenceSum(list));
      }),
      { seed: 24, numRuns: 2_000 },
    );
  });

  test("squares too, from the smallest double to the largest", () => {
    fc.assert(
      fc.property(numbers, (list) => {
        const squares = new ExactSum();
        for (const x of list) squares.addSquare(x);
        expect(squares.value()).toBe(referenceSquares(list));
        expect(ExactSum.unpack(squares.pack()).value()).toBe(squares.value());
      }),
      { seed: 25, numRuns: 1_000 },
    );
  });

  test("a square that is no double is exact on a sum below zero, too", () => {
    const sum = sumOf([1 - 2 ** 53]);
    sum.addSquare(94_906_267); // 2^53 + 261,134,297, which is odd
    expect(sum.value()).toBe(261_134_298);
  });

  test("any order and any cut, packed on the way or not, gives the same bytes", () => {
    fc.assert(
      fc.property(numbers, fc.array(fc.tuple(fc.nat(), fc.boolean())), (list, cuts) => {
        const whole = sumOf(list);
        const merged = new ExactSum();
        let rest = list.toReversed();
        for (const [at, packed] of [...cuts, [list.length, false] as const]) {
          const part = sumOf(rest.slice(0, at));
          merged.merge(packed ? ExactSum.unpack(decodeValue(encodeValue(part.pack()))) : part);
          rest = rest.slice(at);
        }
        expect(encodeValue(merged.pack())).toEqual(encodeValue(whole.pack()));
        expect(merged.value()).toBe(whole.value());
      }),
      { seed: 26, numRuns: 1_000 },
    );
  });

  test("an exact zero is 0, and what is beyond all doubles is infinite", () => {
    expect(new ExactSum().value()).toBe(0);
    expect(sumOf([-0]).value()).toBe(0);
    expect(sumOf([1e300, 1, -1e300, -1]).value()).toBe(0);
    expect(sumOf([1e300, 1, -1e300]).isZero()).toBe(false);
    expect(sumOf([Number.MAX_VALUE, Number.MAX_VALUE]).value()).toBe(Infinity);
    expect(sumOf([Number.MAX_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE]).value()).toBe(Number.MAX_VALUE);
    for (const x of [Number.NaN, Infinity, -Infinity]) {
      expect(() => new ExactSum().add(x)).toThrow(RangeError);
      expect(() => new ExactSum().addSquare(x)).toThrow(RangeError);
    }
  });

  test("carries in time: millions of additions, and merges of what is nearly full", () => {
    const sum = new ExactSum();
    const big = 2 ** 53 - 1;
    for (let i = 0; i < 2 ** 21; i++) sum.add(big);
    expect(sum.exact().n << BigInt(sum.exact().exponent + 1_074)).toBe((BigInt(big) * 2n ** 21n) << 1_074n);
    let count = 2n ** 21n;
    for (let i = 0; i < 40; i++) {
      sum.merge(sum.clone());
      sum.add(big);
      count = count * 2n + 1n;
    }
    const { n, exponent } = sum.exact();
    expect(n << BigInt(exponent + 1_074)).toBe((BigInt(big) * count) << 1_074n);
    const minus = new ExactSum();
    for (let i = 0; i < 2 ** 20 - 2; i++) minus.add(-big);
    minus.merge(minus.clone());
    expect(minus.value()).toBe(-big * 2 * (2 ** 20 - 2));
  });

  test("a clone goes its own way, and merging leaves the other as it was", () => {
    const sum = sumOf([1, 2]);
    const copy = sum.clone();
    copy.add(1e100);
    sum.merge(copy);
    copy.add(1);
    expect([sum.value(), copy.value()]).toEqual([1e100, 1e100]);
    copy.add(-1e100);
    expect(copy.value()).toBe(4);
  });

  test("packs a safe integer as such, however it came about, and reads it in limbs, too", () => {
    const packed: [number[], Value][] = [
      [[], 0],
      [[-0], 0],
      [[1, 2], 3],
      [[0.5, 0.25, 0.25], 1],
      [[1e300, -7, -1e300], -7],
      [[0.5, -0.5], 0],
      [[2 ** 53 - 1], 2 ** 53 - 1],
      [[2 ** 53, -1], 2 ** 53 - 1],
      [[-(2 ** 52), -(2 ** 52) + 1], 1 - 2 ** 53],
    ];
    for (const [list, value] of packed) expect(sumOf(list).pack()).toBe(value);
    expect(sumOf([2 ** 53]).pack()).toEqual([35, 1, Uint32Array.of(2 ** 7)]);
    expect(ExactSum.unpack([33, -1, Uint32Array.of(2 ** 18)]).pack()).toBe(-1);
  });

  test("is small when packed", () => {
    expect(encodeValue(sumOf([0.1, 0.2, 0.3]).pack()).length).toBeLessThan(30);
    expect(encodeValue(new ExactSum().pack()).length).toBeLessThan(10);
  });

  test.each<[Value]>([
    [null],
    [[]],
    [[0, 1]],
    [[0, 2, new Uint32Array(1)]],
    [[0.5, 1, new Uint32Array(1)]],
    [[0, 1, [1]]],
  ])("unpacks no %j", (packed) => {
    expect(() => ExactSum.unpack(packed)).toThrow("no packed sum");
  });

  test("unpacks within bounds only", () => {
    for (const packed of [
      [-41, 1, new Uint32Array(1)],
      [111, 1, new Uint32Array(1)],
      [0, 1, new Uint32Array(151)],
    ]) {
      expect(() => ExactSum.unpack(packed)).toThrow("no packed sum");
    }
  });
});
