import { DEADLINE_MS_MAX, policy } from "@valence/shared/policy";
import { describe, expect, test } from "vitest";
import { deadlineAtOf } from "./job-request.js";

const NOW = Date.parse("2026-11-26T12:00:00Z");
const at = (deadline: number | string | null) => deadlineAtOf(policy.parse({ deadline }), NOW);

describe("a job's deadline", () => {
  test.each([
    [null, null],
    [1, NOW + 1],
    [DEADLINE_MS_MAX, NOW + DEADLINE_MS_MAX],
    ["2026-11-26T12:00:00.001Z", NOW + 1],
    ["2026-11-26T14:00:00+01:00", NOW + 3_600_000],
    ["2027-11-27T12:00:00Z", NOW + DEADLINE_MS_MAX],
  ])("[T1] of %j is %j", (deadline, expected) => {
    expect(at(deadline)).toBe(expected);
  });

  test.each([
    ["2026-11-26T12:00:00Z", "has passed"],
    ["1999-12-31T23:59:59Z", "has passed"],
    ["2027-11-27T12:00:00.001Z", "DEADLINE_MS_MAX"],
  ])("[T1] [M1] of %s is refused", (deadline, why) => {
    expect(() => at(deadline)).toThrow(expect.objectContaining({ code: "invalid_request" }));
    expect(() => at(deadline)).toThrow(why);
  });
});
