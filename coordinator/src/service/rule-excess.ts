/**
 * By which limit a rule was refused, for programs: the schema of rules says so in a sentence alone. Decides nothing: it looks
 * for the first thing that is too much in what the schema has refused.
 */
import { type GridError, overLimit } from "@valence/shared/errors";
import {
  BINS_MAX,
  KEYS_MAX,
  NAME_LENGTH_MAX,
  REDUCE_DEPTH_MAX,
  REDUCE_FIELDS_MAX,
  REDUCE_RULES_MAX,
  TOP_ENTRIES_MAX,
} from "@valence/shared/limits";
import { isPlainObject } from "@valence/shared/payload-schema";

/** `what` begins the sentence. */
type Excess = { readonly what: string; readonly limit: string; readonly max: number; readonly actual?: number };

/** `invalid_request` with `limit`, `max` and, where it is known, `actual`; null when nothing of the rule is over a limit. */
export function ruleOverLimit(rule: unknown): GridError | null {
  const excess = within(rule, { path: "reduce", depth: 0 }) ?? rulesIn(rule);
  if (excess === null) return null;
  const { what, ...details } = excess;
  return overLimit("invalid_request", what, details);
}

type Place = { readonly path: string; readonly depth: number };

function within(rule: unknown, { path, depth }: Place): Excess | null {
  if (!isPlainObject(rule)) return null;
  if (isPlainObject(rule.histogram))
    return numberOver(rule.histogram.bins, { path: `${path}.histogram.bins`, limit: "BINS_MAX", max: BINS_MAX });
  if ("top" in rule) {
    const top = numberOver(rule.top, { path: `${path}.top`, limit: "TOP_ENTRIES_MAX", max: TOP_ENTRIES_MAX });
    return top ?? nameOver(rule.by, `${path}.by`);
  }
  if (depth === REDUCE_DEPTH_MAX)
    return { what: "reduce has rules that nest deeper", limit: "REDUCE_DEPTH_MAX", max: REDUCE_DEPTH_MAX };
  if (!("each" in rule)) return fieldsOver(rule, { path, depth });
  const keys = numberOver(rule.keysMax, { path: `${path}.keysMax`, limit: "KEYS_MAX", max: KEYS_MAX });
  return keys ?? within(rule.each, { path: `${path}.each`, depth: depth + 1 });
}

function fieldsOver(rules: { readonly [field: string]: unknown }, { path, depth }: Place): Excess | null {
  const fields = Object.keys(rules);
  const actual = fields.length;
  if (actual > REDUCE_FIELDS_MAX)
    return { what: `${path} has ${actual} fields`, limit: "REDUCE_FIELDS_MAX", max: REDUCE_FIELDS_MAX, actual };
  for (const field of fields) {
    const excess =
      nameOver(field, `the name of a field of ${path}`) ??
      within(rules[field], { path: `${path}.${field}`, depth: depth + 1 });
    if (excess !== null) return excess;
  }
  return null;
}

function numberOver(
  n: unknown,
  { path, limit, max }: { readonly path: string; readonly limit: string; readonly max: number },
): Excess | null {
  return typeof n === "number" && n > max ? { what: `${path} is ${n}`, limit, max, actual: n } : null;
}

function nameOver(name: unknown, what: string): Excess | null {
  if (typeof name !== "string" || name.length <= NAME_LENGTH_MAX) return null;
  const actual = name.length;
  return { what: `${what} has ${actual} letters`, limit: "NAME_LENGTH_MAX", max: NAME_LENGTH_MAX, actual };
}

/** Of a rule that is within all other limits. */
function rulesIn(rule: unknown): Excess | null {
  const actual = countOf(rule);
  if (actual <= REDUCE_RULES_MAX) return null;
  return { what: `reduce has ${actual} rules`, limit: "REDUCE_RULES_MAX", max: REDUCE_RULES_MAX, actual };
}

function countOf(rule: unknown): number {
  if (!isPlainObject(rule) || "histogram" in rule || "top" in rule) return 1;
  if ("each" in rule) return 1 + countOf(rule.each);
  return Object.values(rule).reduce<number>((sum, inner) => sum + countOf(inner), 0);
}
