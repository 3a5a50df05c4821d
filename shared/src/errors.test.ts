import { describe, expect, test } from "vitest";
import { ERRORS, type ErrorCode, FAILURES, GridError, JOB_FAILURES, overLimit } from "./errors.js";

describe("GridError", () => {
  test("takes its status from the table and carries details and cause", () => {
    const cause = new Error("deep");
    const error = new GridError("list_too_long", "Too long.", { details: { max: 2 }, cause });
    expect(error).toMatchObject({ name: "GridError", code: "list_too_long", status: 422, message: "Too long.", cause });
    expect(error.details).toEqual({ max: 2 });
  });

  test("has neither details nor cause when none were given", () => {
    const error = new GridError("draining", "Bye.");
    expect("details" in error && error.details !== undefined).toBe(false);
    expect("cause" in error).toBe(false);
  });

  test("of a limit names the limit and its value", () => {
    const error = overLimit("too_many_items", "The grid has 9 items", { limit: "ITEMS_MAX", max: 8, actual: 9 });
    expect(error.message).toBe("The grid has 9 items; at most 8 are allowed (ITEMS_MAX).");
    expect(error.details).toEqual({ limit: "ITEMS_MAX", max: 8, actual: 9 });
  });
});

describe("the tables", () => {
  test("hold snake_case codes, HTTP statuses of failures and titles", () => {
    for (const [code, { status, title }] of Object.entries(ERRORS)) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(status >= 400 && status < 600).toBe(true);
      expect(title.length).toBeGreaterThan(0);
    }
  });

  test.each<[number, ErrorCode[]]>([
    [401, ["unauthorized", "bad_signature"]],
    [404, ["not_found", "unknown_atom", "unknown_job", "unknown_upload"]],
    [413, ["body_too_large", "atom_too_large", "message_too_large"]],
    [503, ["draining", "overloaded"]],
  ])("status %i belongs to %j", (status, codes) => {
    const found = Object.entries(ERRORS).filter(([, error]) => error.status === status);
    expect(found.map(([code]) => code).sort()).toEqual([...codes].sort());
  });

  test("of failures are closed lists that docs can print", () => {
    expect(Object.keys(FAILURES)).toHaveLength(9);
    expect(Object.keys(JOB_FAILURES)).toHaveLength(9);
  });
});
