import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bareContext } from "../testing/bare-context.js";
import { type LiveGrid, liveGrid, publish } from "../testing/live-grid.js";
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

describe("on a grid", () => {
  let live: LiveGrid;
  beforeAll(async () => {
    live = await liveGrid();
  });
  afterAll(() => live.stop());

  test.each([25_000, "auto"] as const)(
    "[E2] there are 664,579 primes below ten million, in chunks of %s",
    async (chunk) => {
      const job = await live.grid.submit<number>({
        atom: await publish(live.grid, "prime-count"),
        input: { range: { from: 0, to: 1e7, chunk } },
        reduce: "sum",
      });
      expect(await job.result()).toBe(664_579);
      const view = await job.view();
      expect(view.progress).toEqual({ total: 1e7, done: 1e7, leased: 0, waiting: 0, dead: 0, skipped: 0 });
      // Whatever was measured, an automatic chunk is never above a thousandth of the items.
      expect(view.chunk).toSatisfy((fixed: number) =>
        chunk === "auto" ? fixed >= 1 && fixed <= 10_000 : fixed === chunk,
      );
    },
  );

  test("[I4] what the sieve cannot take is refused before anything runs", async () => {
    const atom = await publish(live.grid, "prime-count");
    for (const range of [
      { from: -10, to: 10 },
      { from: 0, to: 1e14 + 1, chunk: 1e12 },
    ]) {
      await expect(live.grid.submit({ atom, input: { range }, reduce: "sum" })).rejects.toMatchObject({
        code: "payload_invalid",
      });
    }
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
