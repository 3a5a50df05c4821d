import { describe, expect, test } from "vitest";
import { NAME_LENGTH_MAX, REDUCE_DEPTH_MAX, REDUCE_FIELDS_MAX } from "./limits.js";
import { PLAIN_RULES, RESERVED_REDUCE_KEYS, type ReduceRule, reduceRule } from "./reduce-rule.js";

function nested(depth: number): ReduceRule {
  return depth === 0 ? "sum" : { inner: nested(depth - 1) };
}

function fields(count: number): ReduceRule {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, "sum" as const]));
}

describe("reduceRule", () => {
  test("takes the plain rules and objects of them", () => {
    for (const rule of [...PLAIN_RULES, { a: "sum", b: { c: "mean" } }, { mean: "count", constructor: "max" }]) {
      expect(reduceRule.parse(rule)).toEqual(rule);
    }
  });

  test("refuses rules to come, at any depth, and names them", () => {
    for (const key of RESERVED_REDUCE_KEYS) {
      expect(JSON.stringify(reduceRule.safeParse({ [key]: "sum" }).error?.issues)).toContain("is not built yet");
      expect(reduceRule.safeParse({ a: { [key]: 3, by: "score" } }).success).toBe(false);
    }
  });

  test("refuses a field __proto__ rather than drop it", () => {
    expect(reduceRule.safeParse(JSON.parse('{"a":"sum","__proto__":"sum"}')).success).toBe(false);
    expect(reduceRule.safeParse(JSON.parse('{"a":{"b":"sum","__proto__":"sum"}}')).success).toBe(false);
  });

  test("stands at its limits and not one past them", () => {
    expect(reduceRule.safeParse(nested(REDUCE_DEPTH_MAX)).success).toBe(true);
    expect(reduceRule.safeParse(nested(REDUCE_DEPTH_MAX + 1)).success).toBe(false);
    expect(reduceRule.safeParse(nested(1_000)).success).toBe(false);
    expect(reduceRule.safeParse(fields(REDUCE_FIELDS_MAX)).success).toBe(true);
    expect(reduceRule.safeParse(fields(REDUCE_FIELDS_MAX + 1)).success).toBe(false);
    expect(reduceRule.safeParse({ ["x".repeat(NAME_LENGTH_MAX)]: "sum" }).success).toBe(true);
    expect(reduceRule.safeParse({ ["x".repeat(NAME_LENGTH_MAX + 1)]: "sum" }).success).toBe(false);
  });
});
