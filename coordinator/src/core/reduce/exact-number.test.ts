import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { minus, roundRatio, roundScaled, times } from "./exact-number.js";
import { scaledOf } from "./exact-reference.js";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const up = (x: number, ulps: bigint): number => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  view.setBigUint64(0, view.getBigUint64(0) + ulps);
  return view.getFloat64(0);
};

describe("roundScaled", () => {
  test("gives every double back", () => {
    fc.assert(
      fc.property(finite, (x) => {
        expect(roundScaled({ n: scaledOf(x), exponent: -1_074 })).toBe(x === 0 ? 0 : x);
      }),
      { seed: 20, numRuns: 3_000 },
    );
  });

  test("between two doubles takes the nearer, in the middle the even one", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e308, noNaN: true }).map(Math.abs),
        fc.integer({ min: 1, max: 999 }),
        (x, share) => {
          const [low, high] = [scaledOf(x), scaledOf(up(x, 1n))];
          const n = low * 1_000n + (high - low) * BigInt(share); // thousandths
          const middle = (low / (high - low)) % 2n === 0n ? x : up(x, 1n);
          const expected = share < 500 ? x : share > 500 ? up(x, 1n) : middle;
          expect(roundRatio({ n, exponent: -1_074 }, 1_000n)).toBe(expected);
          expect(roundRatio({ n: -n, exponent: -1_074 }, 1_000n)).toBe(-expected);
        },
      ),
      { seed: 21, numRuns: 3_000 },
    );
  });

  test("agrees with the conversion of the language for integers of any size", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 1_100n), max: 2n ** 1_100n }), fc.nat(1_000), (n, drop) => {
        expect(roundScaled({ n: n >> BigInt(drop), exponent: 0 })).toBe(Number(n >> BigInt(drop)));
      }),
      { seed: 22, numRuns: 1_000 },
    );
  });

  test("overflows and underflows as an addition would", () => {
    const half = scaledOf(Number.MAX_VALUE) - scaledOf(up(Number.MAX_VALUE, -1n)); // one unit of the last place
    expect(roundScaled({ n: scaledOf(Number.MAX_VALUE) * 2n + half - 1n, exponent: -1_075 })).toBe(Number.MAX_VALUE);
    expect(roundScaled({ n: scaledOf(Number.MAX_VALUE) * 2n + half, exponent: -1_075 })).toBe(Infinity);
    expect(roundScaled({ n: -1n, exponent: 1_024 })).toBe(-Infinity);
    expect(roundScaled({ n: 1n, exponent: -1_075 })).toBe(0);
    expect(roundScaled({ n: 3n, exponent: -1_076 })).toBe(Number.MIN_VALUE);
  });
});

test("roundRatio divides as doubles do where both are integers", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (a, b) => {
      expect(roundRatio({ n: BigInt(a), exponent: 0 }, BigInt(b))).toBe(a === 0 ? 0 : a / b);
    }),
    { seed: 23, numRuns: 2_000 },
  );
});

test("minus and times are exact at any distance of exponents", () => {
  expect(minus({ n: 3n, exponent: 4 }, { n: 1n, exponent: -2 })).toEqual({ n: 191n, exponent: -2 });
  expect(times({ n: 3n, exponent: 4 }, { n: -5n, exponent: -6 })).toEqual({ n: -15n, exponent: -2 });
});

test("the least rest of a division breaks a tie", () => {
  const even = 2n ** 53n - 2n; // the next double is odd
  const middle = (2n * even + 1n) * 3n * 2n ** 100n;
  const ratio = (n: bigint) => roundRatio({ n, exponent: -101 }, 3n);
  expect([ratio(middle - 1n), ratio(middle), ratio(middle + 1n)].map(BigInt)).toEqual([even, even, even + 1n]);
});
