/** How the results of a job combine, as a submitter writes it. What the rules do is the coordinator's. */
import * as z from "zod";
import { NAME_LENGTH_MAX, REDUCE_DEPTH_MAX, REDUCE_FIELDS_MAX } from "./limits.js";

/** The rules that reduce one value. */
export const PLAIN_RULES = ["sum", "count", "min", "max", "mean", "collect"] as const;

/**
 * Keys that are rules to come, such as `{"top": 10, "by": "score"}`: no names of fields. An object with one of them is
 * refused by the schema; whoever reports that may look here to call it `unsupported`.
 */
export const RESERVED_REDUCE_KEYS = ["histogram", "top", "each"] as const;

/** A rule for one value. */
export type PlainRule = (typeof PLAIN_RULES)[number];

/** A rule: for the whole result, or an object that reduces each field of the result by its own rule. */
export type ReduceRule = PlainRule | { [field: string]: ReduceRule };

const reserved: readonly string[] = RESERVED_REDUCE_KEYS;

const field = z
  .string()
  .min(1)
  .max(NAME_LENGTH_MAX)
  .refine((name) => !reserved.includes(name), {
    error: (issue) => `the rule "${String(issue.input)}" is not built yet`,
  });

const plain = z.enum(PLAIN_RULES, { error: `a rule is one of ${PLAIN_RULES.join(", ")}, or an object of rules` });

/** A rule with objects at most `depth` deep: bounded by construction, so that no input makes the parser recurse further. */
function ruleWithin(depth: number): z.ZodType<ReduceRule> {
  if (depth === 0) return plain;
  const fields = z
    .record(field, ruleWithin(depth - 1))
    .refine((rule) => Object.keys(rule).length >= 1, { error: "an object of rules has a field at least" })
    .refine((rule) => Object.keys(rule).length <= REDUCE_FIELDS_MAX, {
      error: `an object of rules has at most ${REDUCE_FIELDS_MAX} fields (REDUCE_FIELDS_MAX)`,
    });
  return z.union([plain, z.preprocess(refuseProto, fields)], {
    error: `a rule is one of ${PLAIN_RULES.join(", ")}, or an object of 1 to ${REDUCE_FIELDS_MAX} rules, at most ${REDUCE_DEPTH_MAX} deep`,
  });
}

/** A record drops this key in silence; here nothing is dropped in silence. */
function refuseProto(rule: unknown, context: z.RefinementCtx): unknown {
  if (typeof rule === "object" && rule !== null && Object.hasOwn(rule, "__proto__")) {
    context.addIssue({ code: "custom", message: "__proto__ is no name of a field" });
  }
  return rule;
}

/** Parses a rule; it nests at most REDUCE_DEPTH_MAX objects of at most REDUCE_FIELDS_MAX fields. */
export const reduceRule: z.ZodType<ReduceRule> = ruleWithin(REDUCE_DEPTH_MAX);

/** Whether the rule, or one within it, gathers its results. */
export function hasCollect(rule: ReduceRule): boolean {
  return typeof rule === "string" ? rule === "collect" : Object.values(rule).some(hasCollect);
}
