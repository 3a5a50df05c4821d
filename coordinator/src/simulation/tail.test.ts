import { expect, test } from "vitest";
import { liveToTheEnd } from "./tail.js";

/** An electron that takes long on a slow volunteer must not run into its time-out. */
const PATIENT = { timeoutMs: 600_000 };
const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1);

test.each([
  { electrons: 1_500, electronMs: 200 },
  { electrons: 4_000, electronMs: 50 },
])(
  "[Z3] [Y1] [Y2] $electrons electrons of some $electronMs ms take at most 1.15 times as long as without any wait, with one volunteer that is slow and one that freezes",
  ({ electrons, electronMs }) => {
    const ratios = SEEDS.map((seed) => {
      const { makespanMs, idealMs } = liveToTheEnd({ seed, electrons, electronMs, policy: PATIENT });
      return makespanMs / idealMs;
    });
    expect(ratios.every((ratio) => ratio >= 1)).toBe(true);
    expect(Math.max(...ratios)).toBeLessThanOrEqual(1.15);
  },
);

test("[Y5] without a second attempt there are no copies, and it takes longer", () => {
  const times = SEEDS.map((seed) => {
    const both = [4, 1].map((attemptsMax) =>
      liveToTheEnd({ seed, electrons: 1_500, electronMs: 200, policy: { ...PATIENT, attemptsMax } }),
    );
    expect(both.map(({ copies }) => copies.granted > 0)).toEqual([true, false]);
    return both.map(({ makespanMs }) => makespanMs);
  });
  for (const [withCopies = 0, without = 0] of times) expect(withCopies).toBeLessThan(without);
});
