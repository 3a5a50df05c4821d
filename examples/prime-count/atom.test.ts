import { describe, expect, test } from "vitest";
import { bareContext } from "../testing/bare-context.js";
import atom from "./atom.js";

const countPrimes = (from: number, to: number) => atom.process({ from, to }, bareContext());

describe("prime-count as a plain function", () => {
  test("agrees with trial division on every short range there is", async () => {
    for (let from = 0; from < 60; from++) {
      for (let to = from + 1; to < 130; to++) expect(await countPrimes(from, to)).toBe(countByTrial(from, to));
    }
  });

  test("agrees across the seams of its pieces", async () => {
    for (const seam of [2 ** 18, 2 ** 18 + 3, 2 ** 19 + 3]) {
      expect(await countPrimes(seam - 50, seam + 50)).toBe(countByTrial(seam - 50, seam + 50));
    }
    expect(await countPrimes(3, 2 ** 18 + 5)).toBe(countByTrial(3, 2 ** 18 + 5));
  });

  test("finds the last primes below the largest number it takes", async () => {
    expect(await countPrimes(1e14 - 100, 1e14)).toBe(countByTrial(1e14 - 100, 1e14));
  });
});

function countByTrial(from: number, to: number): number {
  let count = 0;
  for (let n = from; n < to; n++) if (isPrime(n)) count += 1;
  return count;
}

function isPrime(n: number): boolean {
  if (n < 4) return n === 2 || n === 3;
  if (n % 2 === 0) return false;
  for (let divisor = 3; divisor * divisor <= n; divisor += 2) if (n % divisor === 0) return false;
  return true;
}
