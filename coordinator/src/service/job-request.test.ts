import {
  ATOM_ID_LENGTH_MAX,
  BINS_MAX,
  COLLECT_ENTRIES_MAX,
  KEYS_MAX,
  NAME_LENGTH_MAX,
  PARAMS_BYTES_MAX,
  PAYLOAD_BYTES_MAX,
  REDUCE_DEPTH_MAX,
  REDUCE_FIELDS_MAX,
  REDUCE_RULES_MAX,
  TOP_ENTRIES_MAX,
  UPLOAD_ID_LENGTH_MAX,
} from "@valence/shared/limits";
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

describe("a rule", () => {
  const bins = (count: number) => ({ histogram: { from: 0, to: 1, bins: count } });
  const fields = (count: number, rule: unknown = "sum") =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, rule]));
  const nested = (depth: number): unknown => (depth === 0 ? "sum" : { each: nested(depth - 1) });
  const name = (length: number) => ({ ["x".repeat(length)]: "sum" });
  const refusal = (reduce: unknown) => {
    try {
      return parseJobRequest({ atom: "atom", input: { list: [1] }, reduce });
    } catch (error) {
      return error;
    }
  };

  test.each<[string, number, (size: number) => unknown, string, number | undefined]>([
    ["BINS_MAX", BINS_MAX, (n) => ({ a: bins(n) }), "reduce.a.histogram.bins is 4097", BINS_MAX + 1],
    ["TOP_ENTRIES_MAX", TOP_ENTRIES_MAX, (n) => ({ top: n }), "reduce.top is 10001", TOP_ENTRIES_MAX + 1],
    ["KEYS_MAX", KEYS_MAX, (n) => ({ each: "sum", keysMax: n }), "reduce.keysMax is 100001", KEYS_MAX + 1],
    ["REDUCE_FIELDS_MAX", REDUCE_FIELDS_MAX, fields, "reduce has 65 fields", REDUCE_FIELDS_MAX + 1],
    ["REDUCE_DEPTH_MAX", REDUCE_DEPTH_MAX, nested, "reduce has rules that nest deeper", undefined],
    [
      "REDUCE_RULES_MAX",
      REDUCE_RULES_MAX,
      (n) => ({ a: fields(50, fields(19)), b: fields(n - 950) }),
      "reduce has 1001 rules",
      1_001,
    ],
    ["NAME_LENGTH_MAX", NAME_LENGTH_MAX, name, "the name of a field of reduce has", NAME_LENGTH_MAX + 1],
    ["NAME_LENGTH_MAX", NAME_LENGTH_MAX, (n) => ({ top: 1, by: "x".repeat(n) }), "reduce.by has", NAME_LENGTH_MAX + 1],
  ])("[M1] over %s is refused with the limit, what it is, and what came", (limit, max, rule, what, actual) => {
    expect(refusal(rule(max))).toMatchObject({ atom: "atom" });
    expect(refusal(rule(max + 1))).toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining(what),
      details: actual === undefined ? { limit, max } : { limit, max, actual },
    });
  });

  test("that is wrong otherwise is refused by the schema's sentence", () => {
    expect(refusal({ a: "median" })).toMatchObject({ message: expect.stringContaining("a rule is one of sum") });
  });
});

describe("text with half of a surrogate pair", () => {
  test.each<[object, string, string]>([
    [{ input: { list: [1, { a: ["\ud800"] }] } }, "value_invalid", "input.list[1]: value.a[0]"],
    [{ input: { grid: { x: ["\ud800"] } } }, "value_invalid", "input.grid.x[0]"],
    [{ params: { "\udc00": 1 } }, "value_invalid", "params"],
    [{ name: "a\ud800" }, "invalid_request", "name"],
    [{ reduce: { "\ud800": "sum" } }, "invalid_request", "reduce"],
    [{ reduce: { top: 1, by: "\ud800" } }, "invalid_request", "reduce"],
  ])("[H1] %j is refused where it enters", (fields, code, place) => {
    const job = () => parseJobRequest({ atom: "atom", input: { list: [1] }, ...fields });
    const message = expect.stringMatching(/half of a surrogate pair/);
    expect(job).toThrow(expect.objectContaining({ code, message }));
    expect(job).toThrow(place);
  });
});

describe("[M1] a job's limits", () => {
  const input = { list: [1] };
  const text = (length: number) => "x".repeat(length);
  /** Of a text of some KiB: its mark and its length in two bytes. */
  const HEAD = 3;
  const range = (to: number) => ({ range: { from: 0, to, chunk: 1 } });

  test.each<[string, number, (size: number) => object, string]>([
    ["a name", NAME_LENGTH_MAX, (size) => ({ name: text(size) }), "invalid_request"],
    ["an atom's id", ATOM_ID_LENGTH_MAX, (size) => ({ atom: text(size) }), "invalid_request"],
    [
      "an upload's id",
      UPLOAD_ID_LENGTH_MAX,
      (size) => ({ input: { list: { upload: text(size) } } }),
      "invalid_request",
    ],
    ["params", PARAMS_BYTES_MAX, (size) => ({ params: text(size - HEAD) }), "params_too_large"],
    ["a payload", PAYLOAD_BYTES_MAX, (size) => ({ input: { list: [1, text(size - HEAD)] } }), "payload_too_large"],
    // A cell: an object of one field, whose name has two bytes.
    [
      "a cell",
      PAYLOAD_BYTES_MAX,
      (size) => ({ input: { grid: { x: [1, text(size - 3 - HEAD)] } } }),
      "payload_too_large",
    ],
    ["a collect", COLLECT_ENTRIES_MAX, (size) => ({ input: range(size), reduce: "collect" }), "collect_too_large"],
  ])("%s: at it they pass, one past it they do not", (_, max, body, code) => {
    const job = (size: number) => parseJobRequest({ atom: "atom", input, ...body(size) }, 1);
    expect(job(max)).toBeDefined();
    expect(() => job(max + 1)).toThrow(expect.objectContaining({ code }));
  });
});
