/** How the results of a job combine, as a submitter writes it. What the rules do is the coordinator's. */
import * as z from "zod";
import {
  BINS_MAX,
  KEYS_MAX,
  NAME_LENGTH_MAX,
  REDUCE_DEPTH_MAX,
  REDUCE_FIELDS_MAX,
  REDUCE_RULES_MAX,
  TOP_ENTRIES_MAX,
} from "./limits.js";
import { isWellFormed } from "./utf8.js";
import { HALF_A_PAIR } from "./value-refusal.js";

/** The rules that are one word. */
export const PLAIN_RULES = ["sum", "count", "min", "max", "mean", "collect"] as const;

/** Keys that make an object a rule of its own: no names of fields. */
export const RULE_KEYS = ["histogram", "top", "each"] as const;

/** A rule that is one word. */
export type PlainRule = (typeof PLAIN_RULES)[number];

/** Counts numbers in `bins` bins of one width over `[from, to)`. */
export type HistogramRule = { histogram: { from: number; to: number; bins: number } };

/** Keeps the `top` results whose number is the greatest: the field `by` of an object, or the result itself without one. */
export type TopRule = { top: number; by?: string | null | undefined };

/** Folds arrays of `[key, value]` pairs, the values of each key by `each`; more than `keysMax` keys (KEYS_MAX) fail the job. */
export type EachRule = { each: ReduceRule; keysMax?: number | undefined };

/** Reduces each field of the result by its own rule. */
export type FieldsRule = { [field: string]: ReduceRule };

/** A rule for a whole result, or for a part of it. */
export type ReduceRule = PlainRule | HistogramRule | TopRule | EachRule | FieldsRule;

/** A rule taken apart. */
export type RuleForm =
  | { readonly kind: "plain"; readonly rule: PlainRule }
  | ({ readonly kind: "histogram" } & HistogramRule["histogram"])
  | { readonly kind: "top"; readonly entries: number; readonly by: string | null }
  | { readonly kind: "each"; readonly rule: ReduceRule; readonly keysMax: number }
  | { readonly kind: "fields"; readonly rules: FieldsRule };

/** Takes a rule apart that the schema has let through, with its defaults filled in. */
export function formOf(rule: ReduceRule): RuleForm {
  if (typeof rule === "string") return { kind: "plain", rule };
  // The key alone tells them apart, which types cannot say of an object that may have any.
  if (isOwn<HistogramRule>(rule, "histogram")) return { kind: "histogram", ...rule.histogram };
  if (isOwn<TopRule>(rule, "top")) return { kind: "top", entries: rule.top, by: rule.by ?? null };
  if (isOwn<EachRule>(rule, "each")) return { kind: "each", rule: rule.each, keysMax: rule.keysMax ?? KEYS_MAX };
  return { kind: "fields", rules: rule as FieldsRule };
}

/** Whether the rule, or one of a field, gathers one entry of each electron. */
export function hasCollect(rule: ReduceRule): boolean {
  const form = formOf(rule);
  if (form.kind === "fields") return Object.values(form.rules).some(hasCollect);
  return form.kind === "plain" && form.rule === "collect";
}

function isOwn<R>(rule: unknown, key: keyof R): rule is R {
  return typeof rule === "object" && rule !== null && Object.hasOwn(rule, key);
}

/** A whole number of at least 1, with a limit that has a name. */
function atMost(max: number, name: string) {
  return z
    .int()
    .min(1)
    .max(max, { error: `at most ${max} (${name})` });
}

const plain = z
  .enum(PLAIN_RULES, { error: `a rule is one of ${PLAIN_RULES.join(", ")}, or an object` })
  .describe("Folds numbers; `count` anything, and `collect` gathers anything in item order.");

const histogram = z
  .strictObject({
    histogram: z
      .strictObject({ from: z.number(), to: z.number(), bins: atMost(BINS_MAX, "BINS_MAX") })
      .refine(({ from, to }) => from < to, { error: "from must be below to" })
      .refine(({ from, to, bins }) => Number.isFinite((to - from) * bins), { error: "from and to are too far apart" }),
  })
  .describe("Counts numbers, alone or in arrays, in bins of one width over `[from, to)`.");

const top = z
  .strictObject({
    top: atMost(TOP_ENTRIES_MAX, "TOP_ENTRIES_MAX"),
    by: z.string().min(1).max(NAME_LENGTH_MAX).refine(isWellFormed, { error: HALF_A_PAIR }).nullish(),
  })
  .describe("Keeps so many results, those whose field `by` is the greatest; without `by` they are the numbers.");

const field = z
  .string()
  .min(1)
  .max(NAME_LENGTH_MAX, { error: `the name of a field has at most ${NAME_LENGTH_MAX} letters (NAME_LENGTH_MAX)` })
  .refine(isWellFormed, { error: HALF_A_PAIR })
  .meta({ not: { enum: ["__proto__", ...RULE_KEYS] } });

/** What a description may write for a rule within a rule: its own name. Spelt out, eight levels take 360 kB. */
export const RULE_WITHIN = "ruleWithin";

/** A rule with rules at most `depth` deep: bounded by construction, so that no input makes the parser recurse further. */
function ruleWithin(depth: number): z.ZodType<ReduceRule> {
  const leaves = [plain, histogram, top] as const;
  if (depth === 0) {
    const error = `rules nest at most ${REDUCE_DEPTH_MAX} deep (REDUCE_DEPTH_MAX)`;
    return z.union(leaves, { error: (issue) => (isLeaf(issue.input) ? faultOf(issue) : error) });
  }
  const inner = ruleWithin(depth - 1).meta({ [RULE_WITHIN]: true });
  const each = z
    .strictObject({ each: inner, keysMax: atMost(KEYS_MAX, "KEYS_MAX").optional() })
    .describe("Folds arrays of `[key, value]` pairs, the values of each key by a rule.")
    .meta({ required: ["each"] }); // what `preprocess` begins with may be nothing, so that zod would call it optional
  const fields = z
    .record(field, inner)
    .refine((rules) => Object.keys(rules).length >= 1, { error: "an object of rules has a field at least" })
    .refine((rules) => Object.keys(rules).length <= REDUCE_FIELDS_MAX, {
      error: `an object of rules has at most ${REDUCE_FIELDS_MAX} fields (REDUCE_FIELDS_MAX)`,
    })
    .meta({ minProperties: 1, maxProperties: REDUCE_FIELDS_MAX })
    .describe("Reduces each field of the result by its own rule.");
  return z.union([...leaves, each, z.preprocess(refuseNames, fields)], { error: faultOf });
}

/**
 * `__proto__`, since a record drops this key in silence, and here nothing is; and the keys of rules, before the record reads
 * what is inside: reading it here and in `each`, and so on inside, would take twice as long for each level.
 */
function refuseNames(rule: unknown, context: z.RefinementCtx): unknown {
  const name = ["__proto__", ...RULE_KEYS].find((key) => isOwn<Record<string, unknown>>(rule, key));
  if (name !== undefined) context.addIssue({ code: "custom", message: `${name} is no name of a field` });
  return rule;
}

function isLeaf(rule: unknown): boolean {
  return typeof rule !== "object" || rule === null || Object.hasOwn(rule, "histogram") || Object.hasOwn(rule, "top");
}

/** What is wrong with a rule, by the alternative that was meant: its own key says which. */
function faultOf({ input, errors }: { input?: unknown; errors?: readonly z.core.$ZodIssue[][] }): string {
  const keyed = RULE_KEYS.findIndex((key) => isOwn<Record<string, unknown>>(input, key));
  const isObject = typeof input === "object" && input !== null && !Array.isArray(input);
  const meant = keyed >= 0 ? keyed + 1 : isObject ? RULE_KEYS.length + 1 : 0;
  const [issue] = errors?.[meant] ?? [];
  if (issue === undefined) return "no such rule";
  const at = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  return at + (issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message);
}

/** How many rules a rule is made of, itself included where it folds. */
function countRules(rule: ReduceRule): number {
  const form = formOf(rule);
  if (form.kind === "each") return 1 + countRules(form.rule);
  if (form.kind !== "fields") return 1;
  return Object.values(form.rules).reduce((sum, inner) => sum + countRules(inner), 0);
}

/** Parses a rule. It nests at most REDUCE_DEPTH_MAX deep, its objects have at most REDUCE_FIELDS_MAX fields, and it has REDUCE_RULES_MAX rules at most. */
export const reduceRule: z.ZodType<ReduceRule> = ruleWithin(REDUCE_DEPTH_MAX).refine(
  (rule) => countRules(rule) <= REDUCE_RULES_MAX,
  { error: `a reduce has at most ${REDUCE_RULES_MAX} rules (REDUCE_RULES_MAX)` },
);
