import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "./random.js";

const MASK = 0xffff_ffffn;
const MAX = Number.MAX_SAFE_INTEGER;

function rotl(x: bigint, k: bigint): bigint {
  return ((x << k) | (x >> (32n - k))) & MASK;
}

/** xoshiro128** as its authors publish it, in integers of any size. */
function reference([s0, s1, s2, s3]: [bigint, bigint, bigint, bigint]): () => bigint {
  return () => {
    const result = (rotl((s1 * 5n) & MASK, 7n) * 9n) & MASK;
    const t = (s1 << 9n) & MASK;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotl(s3, 11n);
    return result;
  };
}

function mix(word: bigint): bigint {
  let h = word & MASK;
  h = ((h ^ (h >> 16n)) * 0x85ebca6bn) & MASK;
  h = ((h ^ (h >> 13n)) * 0xc2b2ae35n) & MASK;
  return h ^ (h >> 16n);
}

/** The seeding as its comment describes it: four words absorbed in a chain, then once more around. */
function referenceState(seed: bigint, item: bigint): [bigint, bigint, bigint, bigint] {
  const golden = 0x9e3779b9n;
  const words: [bigint, bigint, bigint, bigint] = [seed & MASK, seed >> 32n, item & MASK, item >> 32n];
  words[0] = mix(words[0] + golden);
  for (const i of [1, 2, 3, 4, 5, 6, 7]) words[i % 4] = words[i % 4]! ^ mix(words[(i + 3) % 4]! + golden);
  return words;
}

/** Pearson's statistic of how `draws` numbers fall into equal bins. */
function chiSquare(draw: (i: number) => number, draws: number, bins: number): number {
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < draws; i++) counts[Math.floor(draw(i) * bins)]!++;
  return counts.reduce((sum, count) => sum + (count - draws / bins) ** 2 / (draws / bins), 0);
}

describe("seededRandom", () => {
  test("gives the pinned numbers", () => {
    const random = seededRandom(42, 7);
    expect([random(), random(), random()]).toEqual([0.5390730301231837, 0.4448643348999245, 0.32874041552284083]);
    expect(seededRandom(0, 0)()).toBe(0.535228644399968);
    expect(seededRandom(MAX, MAX)()).toBe(0.9661019373657272);
  });

  test("equals the published generator, seeded as described", () => {
    const word = fc.maxSafeNat();
    fc.assert(
      fc.property(word, word, (seed, item) => {
        const next = reference(referenceState(BigInt(seed), BigInt(item)));
        const random = seededRandom(seed, item);
        for (let i = 0; i < 10; i++) {
          const bits = ((next() >> 5n) << 26n) | (next() >> 6n);
          expect(random()).toBe(Number(bits) / 2 ** 53);
        }
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  // 255 degrees of freedom: mean 255, deviation 22.6; the seeds are fixed, so a pass is a pass for ever.
  test("fills [0, 1) evenly along one stream, across items and across seeds", () => {
    const stream = seededRandom(1, 0);
    expect(chiSquare(stream, 256_000, 256)).toBeLessThan(340);
    expect(chiSquare((i) => seededRandom(1, i)(), 256_000, 256)).toBeLessThan(340);
    expect(chiSquare((i) => seededRandom(i, 1)(), 256_000, 256)).toBeLessThan(340);
    expect(chiSquare((i) => seededRandom(1, i * 2 ** 21)(), 256_000, 256)).toBeLessThan(340);
  });

  test("fills the low bits evenly too", () => {
    const stream = seededRandom(5, 5);
    expect(chiSquare(() => (stream() * 2 ** 45) % 1, 256_000, 256)).toBeLessThan(340);
  });

  test("first numbers of neighbouring items and seeds are distinct and uncorrelated", () => {
    const firsts = Array.from({ length: 20_000 }, (_, i) => seededRandom(9, i)());
    const seeds = Array.from({ length: 20_000 }, (_, i) => seededRandom(i, 9)());
    expect(new Set([...firsts, ...seeds]).size).toBe(39_999); // (9, 9) is in both
    const covariance = firsts.slice(1).reduce((sum, x, i) => sum + (x - 0.5) * (firsts[i]! - 0.5), 0) / 19_999;
    expect(Math.abs(covariance * 12)).toBeLessThan(0.03);
  });

  test("refuses what is no seed", () => {
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => seededRandom(bad, 0)).toThrow(RangeError);
      expect(() => seededRandom(0, bad)).toThrow(RangeError);
    }
  });
});
