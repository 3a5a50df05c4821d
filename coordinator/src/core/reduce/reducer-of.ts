/** Which reducer a rule asks for. */
import type { PlainRule, ReduceRule } from "@valence/shared/reduce-rule";
import { collect } from "./collect.js";
import { count } from "./count.js";
import { max, min } from "./extreme.js";
import { fields } from "./fields.js";
import { mean } from "./mean.js";
import type { Reducer } from "./reducer.js";
import { sum } from "./sum.js";

const PLAIN: Readonly<Record<PlainRule, Reducer<unknown>>> = {
  sum: sum,
  count: count,
  min: min,
  max: max,
  mean: mean,
  collect: collect,
};

/** The reducer of a rule. Its states belong to it: hand them to no reducer of another rule. */
export function reducerOf(rule: ReduceRule): Reducer<unknown> {
  if (typeof rule === "string") return PLAIN[rule];
  return fields(new Map(Object.entries(rule).map(([name, inner]) => [name, reducerOf(inner)])));
}
