import { describe, expect, test } from "vitest";
import { DEADLINE_MS_MAX, policy } from "./policy.js";

const DAY_MS = 86_400_000;
const accepted = (fields: object) => policy.safeParse(fields).success;

test("a policy that says nothing is whole", () => {
  expect(policy.parse({})).toEqual({
    timeoutMs: 60_000,
    attemptsMax: 4,
    backoff: { kind: "exponential", baseMs: 1_000, maxMs: 60_000 },
    delivery: "at-least-once",
    priority: "normal",
    onFailure: "fail",
    deadline: null,
    stopWhen: null,
  });
});

describe("[M1] at its limits and one past them", () => {
  test.each([
    [{ timeoutMs: 1 }, { timeoutMs: 0 }],
    [{ timeoutMs: DAY_MS }, { timeoutMs: DAY_MS + 1 }],
    [{ attemptsMax: 1 }, { attemptsMax: 0 }],
    [{ attemptsMax: 1_000 }, { attemptsMax: 1_001 }],
    [{ backoff: { baseMs: 0 } }, { backoff: { baseMs: -1 } }],
    [{ backoff: { baseMs: DAY_MS } }, { backoff: { baseMs: DAY_MS + 1 } }],
    [{ backoff: { maxMs: DAY_MS } }, { backoff: { maxMs: DAY_MS + 1 } }],
    [{ onFailure: { tolerate: 0 } }, { onFailure: { tolerate: -0.001 } }],
    [{ onFailure: { tolerate: 1 } }, { onFailure: { tolerate: 1.001 } }],
    [{ deadline: 1 }, { deadline: 0 }],
    [{ deadline: DEADLINE_MS_MAX }, { deadline: DEADLINE_MS_MAX + 1 }],
    [{ stopWhen: { halfWidth: 1 } }, { stopWhen: { halfWidth: 0 } }],
  ])("%j is taken, %j is not", (within, beyond) => {
    expect([accepted(within), accepted(beyond)]).toEqual([true, false]);
  });
});

test("a deadline may be a time, if it says in which zone", () => {
  for (const deadline of ["2027-01-31T12:00:00Z", "2027-01-31T12:00:00.250+01:00"])
    expect(accepted({ deadline })).toBe(true);
  for (const deadline of ["2027-01-31T12:00:00", "2027-01-31", "tomorrow", 1.5])
    expect(accepted({ deadline })).toBe(false);
});

test("what is misspelt or of another kind is refused, never ignored", () => {
  for (const fields of [{ attempts: 3 }, { backoff: { base: 1 } }, { backoff: "none" }, { onFailure: "ignore" }]) {
    expect(accepted(fields)).toBe(false);
  }
});
