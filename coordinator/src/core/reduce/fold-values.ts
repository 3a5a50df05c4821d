/** For tests only: values in, aggregate out. */
import type { ReduceRule } from "@valence/shared/reduce-rule";
import type { Value } from "@valence/shared/value";
import type { Reducer } from "./reducer.js";
import { reducerOf } from "./reducer-of.js";

/** The state of a reducer that has folded the values, of electrons from `first` on. */
export function foldValues(reducer: Reducer<unknown>, values: Iterable<Value>, first = 0): unknown {
  let state = reducer.empty();
  let electron = first;
  for (const value of values) state = reducer.fold(state, { value, electron: electron++ });
  return state;
}

/** What the rule reads after the values have been folded. */
export function reduced(rule: ReduceRule, values: Iterable<Value>): Value {
  const reducer = reducerOf(rule);
  return reducer.read(foldValues(reducer, values));
}
