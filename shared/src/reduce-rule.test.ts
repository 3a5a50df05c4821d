import { describe, expect, test } from "vitest";
import { BINS_MAX, KEYS_MAX, NAME_LENGTH_MAX, REDUCE_DEPTH_MAX, REDUCE_FIELDS_MAX, TOP_ENTRIES_MAX } from "./limits.js";
import { formOf, hasCollect, PLAIN_RULES, type ReduceRule, RULE_KEYS, reduceRule } from "./reduce-rule.js";

function nested(depth: number, rule: ReduceRule = "sum"): ReduceRule {
  return depth === 0 ? rule : { inner: nested(depth - 1, rule) };
}

function fields(count: number, rule: ReduceRule = "sum"): ReduceRule {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, rule]));
}

/** The sentences of a refusal. */
function refusal(rule: unknown): string {
  const { error } = reduceRule.safeParse(rule);
  return (error?.issues ?? []).map(({ path, message }) => [...path, message].join(": ")).join("\n");
}

const bins = (count: number) => ({ histogram: { from: -1, to: 1, bins: count } });

describe("reduceRule", () => {
  test("takes the plain rules and objects of them", () => {
    for (const rule of [...PLAIN_RULES, { a: "sum", b: { c: "mean" } }, { mean: "count", constructor: "max" }]) {
      expect(reduceRule.parse(rule)).toEqual(rule);
    }
  });

  test("takes histogram, top and each, alone and within each other", () => {
    const rules = [
      bins(10),
      { top: 3 },
      { top: 3, by: null },
      { top: 3, by: "score" },
      { each: "sum" },
      { each: { n: "count", best: { top: 1, by: "x" } }, keysMax: 5 },
      { words: { each: { each: bins(2) } }, by: "sum", keysMax: "max" },
    ];
    for (const rule of rules) expect(reduceRule.parse(rule)).toEqual(rule);
  });

  test.each([
    ["median", "a rule is one of sum, count, min, max, mean, collect, or an object"],
    [[], "a rule is one of sum"],
    [{}, "an object of rules has a field at least"],
    [{ a: { b: "median" } }, "a: b: a rule is one of sum"],
    [{ histogram: { from: 1, to: 1, bins: 1 } }, "from must be below to"],
    [{ histogram: { from: -1e308, to: 1e308, bins: 1 } }, "from and to are too far apart"],
    [{ histogram: { from: 0, to: 1 } }, "bins: "],
    [{ histogram: { from: 0, to: 1, bins: 2, width: 3 } }, "width"],
    [{ histogram: "sum" }, "histogram: "],
    [{ top: 0 }, "top: "],
    [{ top: 1.5 }, "top: "],
    [{ top: "sum" }, "top: "],
    [{ top: 1, by: 5 }, "by: "],
    [{ top: 1, by: "" }, "by: "],
    [{ top: 1, order: "least" }, "order"],
    [{ each: "sum", keysMax: 0 }, "keysMax: "],
    [{ each: "sum", keys: 1 }, "keys"],
    [{ each: "median" }, "each: a rule is one of sum"],
    [{ each: { top: "x" } }, "each: top: "],
    [{ top: 1, histogram: { from: 0, to: 1, bins: 1 } }, "top"],
  ])("refuses %j and says why", (rule, why) => expect(refusal(rule)).toContain(why));

  test("refuses a field __proto__ rather than drop it", () => {
    expect(refusal(JSON.parse('{"a":"sum","__proto__":"sum"}'))).toContain("__proto__ is no name of a field");
    expect(refusal(JSON.parse('{"a":{"b":"sum","__proto__":"sum"}}'))).toContain("__proto__");
  });

  test("reads a rule that nests to the limit in no time, whatever it is made of", () => {
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`f${i}`, "sum"]));
    let rule: unknown = wide;
    for (let i = 0; i < REDUCE_DEPTH_MAX; i++) rule = { each: rule };
    expect(refusal(rule)).toContain("each"); // reading the inside twice at each level would take minutes
  });
});

describe("[M1] at its limit a rule passes, and one past it is refused by the limit's name", () => {
  test.each([
    ["REDUCE_DEPTH_MAX", nested(REDUCE_DEPTH_MAX), nested(REDUCE_DEPTH_MAX + 1)],
    ["REDUCE_DEPTH_MAX", nested(REDUCE_DEPTH_MAX, bins(1)), nested(REDUCE_DEPTH_MAX, { each: "sum" })],
    ["REDUCE_DEPTH_MAX", nested(REDUCE_DEPTH_MAX), nested(1_000)],
    ["REDUCE_FIELDS_MAX", fields(REDUCE_FIELDS_MAX), fields(REDUCE_FIELDS_MAX + 1)],
    [
      "REDUCE_RULES_MAX",
      fields(10, fields(10, fields(10))),
      { ...(fields(10, fields(10, fields(10))) as object), x: "sum" },
    ],
    [
      "REDUCE_RULES_MAX",
      fields(10, fields(25, { each: { each: fields(2) } })),
      fields(10, fields(26, { each: { each: fields(2) } })),
    ],
    ["NAME_LENGTH_MAX", { ["x".repeat(NAME_LENGTH_MAX)]: "sum" }, { ["x".repeat(NAME_LENGTH_MAX + 1)]: "sum" }],
    ["BINS_MAX", bins(BINS_MAX), bins(BINS_MAX + 1)],
    ["TOP_ENTRIES_MAX", { top: TOP_ENTRIES_MAX }, { top: TOP_ENTRIES_MAX + 1 }],
    ["KEYS_MAX", { each: "sum", keysMax: KEYS_MAX }, { each: "sum", keysMax: KEYS_MAX + 1 }],
  ])("%s", (limit, at, past) => {
    expect(refusal(at)).toBe("");
    expect(refusal(past)).toContain(limit);
  });
});

test("an object is the rule of its own key, and of fields without one", () => {
  expect(RULE_KEYS.map((key) => formOf({ [key]: key === "each" ? "sum" : {} } as ReduceRule).kind)).toEqual(RULE_KEYS);
  expect(formOf({ by: "sum" })).toEqual({ kind: "fields", rules: { by: "sum" } });
  expect(formOf({ top: 2 })).toEqual({ kind: "top", entries: 2, by: null });
  expect(formOf({ each: "sum" })).toEqual({ kind: "each", rule: "sum", keysMax: KEYS_MAX });
});

test("one entry of each electron is what a collect gathers, but for one of keys", () => {
  expect([hasCollect("collect"), hasCollect({ a: { b: "collect" } })]).toEqual([true, true]);
  expect([hasCollect("sum"), hasCollect({ each: "collect" }), hasCollect({ top: 1 })]).toEqual([false, false, false]);
});
