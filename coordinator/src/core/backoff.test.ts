import { policy } from "@valence/shared/policy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backoffMaxMs, backoffMs } from "./backoff.js";

const backoff = (changes: object) => policy.parse({ backoff: changes }).backoff;
const bounds = (changes: object) => [1, 2, 3, 4, 5, 6].map((failed) => backoffMaxMs(backoff(changes), failed));

describe("the bound of a wait", () => {
  test.each([
    ["fixed", [100, 100, 100, 100, 100, 100]],
    ["exponential", [100, 200, 400, 800, 1_600, 3_200]],
    ["fibonacci", [100, 100, 200, 300, 500, 800]],
  ])("[F1] that is %s", (kind, expected) => {
    expect(bounds({ kind, baseMs: 100 })).toEqual(expected);
  });

  test("[F1] is 1 s twice as long each time, a minute at most, when nothing is said", () => {
    expect(bounds({})).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
    expect(backoffMaxMs(backoff({}), 7)).toBe(60_000);
  });

  test("[F1] is never above the maximum nor below the one before, however often an electron failed", () => {
    const kinds = fc.constantFrom("fixed", "exponential", "fibonacci");
    fc.assert(
      fc.property(
        kinds,
        fc.nat(86_400_000),
        fc.nat(86_400_000),
        fc.integer({ min: 1, max: 999 }),
        (kind, baseMs, maxMs, n) => {
          const rule = backoff({ kind, baseMs, maxMs });
          expect(backoffMaxMs(rule, n)).toBeLessThanOrEqual(maxMs);
          expect(backoffMaxMs(rule, n + 1)).toBeGreaterThanOrEqual(backoffMaxMs(rule, n));
        },
      ),
    );
  });
});

test("[F1] a wait is anything between 0 and its bound, in whole milliseconds", () => {
  const rule = backoff({ kind: "fixed", baseMs: 1_001 });
  expect([0, 0.5, 0.999_999].map((dice) => backoffMs(rule, 1, () => dice))).toEqual([0, 501, 1_001]);
});
