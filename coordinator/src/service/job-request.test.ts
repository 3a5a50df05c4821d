import { DEADLINE_MS_MAX, policy } from "@valence/shared/policy";
import { describe, expect, test } from "vitest";
import { deadlineAtOf, parseJobRequest } from "./job-request.js";

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

describe("a job that may run at most once", () => {
  const policy = { delivery: "at-most-once" };
  const range = { from: 0, to: 100 };
  const submit = (input: object, more: object = {}) =>
    parseJobRequest({ atom: "atom", input, policy: { ...policy, ...more } });

  test("[N5] says how its range is cut, or has another input", () => {
    for (const input of [{ range: { ...range, chunk: 5 } }, { list: [1] }, { grid: { x: [1, 2] } }]) {
      expect(submit(input).policy.delivery).toBe("at-most-once");
    }
    for (const input of [{ range }, { range: { ...range, chunk: "auto" } }]) {
      expect(() => submit(input)).toThrow(expect.objectContaining({ code: "invalid_request" }));
    }
  });

  test("[N5] is not computed in copies", () => {
    expect(() => submit({ list: [1] }, { copies: 2 })).toThrow(expect.objectContaining({ code: "unsupported" }));
  });
});
