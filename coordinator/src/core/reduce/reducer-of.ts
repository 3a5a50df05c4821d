/** Which reducer a rule asks for. */
import { formOf, type PlainRule, type ReduceRule } from "@valence/shared/reduce-rule";
import { collect } from "./collect.js";
import { count } from "./count.js";
import { each } from "./each.js";
import { max, min } from "./extreme.js";
import { fields } from "./fields.js";
import { histogram } from "./histogram.js";
import { mean } from "./mean.js";
import type { Reducer } from "./reducer.js";
import { sum } from "./sum.js";
import { top } from "./top.js";

const PLAIN: Readonly<Record<PlainRule, Reducer<unknown>>> = { sum, count, min, max, mean, collect };

/** The reducer of a rule. Its states belong to it: hand them to no reducer of another rule. */
export function reducerOf(rule: ReduceRule): Reducer<unknown> {
  const form = formOf(rule);
  switch (form.kind) {
    case "plain":
      return PLAIN[form.rule];
    case "histogram":
      return histogram(form);
    case "top":
      return top(form);
    case "each":
      return each(reducerOf(form.rule), form.keysMax);
    case "fields":
      return fields(new Map(Object.entries(form.rules).map(([name, inner]) => [name, reducerOf(inner)])));
  }
}
