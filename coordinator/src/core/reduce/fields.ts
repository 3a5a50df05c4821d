/** An object of rules: each field of the result goes by its own rule. Fields without one are left out. */
import { type Value, ValueError } from "@valence/shared/value";
import { isObject, shown } from "./numbers.js";
import { type Contribution, FoldError, type LimitError, type Reducer, reducer } from "./reducer.js";

/** The states of the fields in the order of their sorted names, which a store cannot change, and whether there was a result. */
type FieldsState = { readonly states: unknown[]; any: boolean };
type Entry = { readonly name: string; readonly rule: Reducer<unknown>; readonly i: number };

/** Reads an object with what each field's rule reads. A result without one of the fields cannot be folded. */
export function fields(rules: ReadonlyMap<string, Reducer<unknown>>): Reducer<FieldsState> {
  const names = [...rules.keys()].sort();
  const entries: Entry[] = [...rules].map(([name, rule]) => ({ name, rule, i: names.indexOf(name) }));
  const inOrder = entries.toSorted((a, b) => a.i - b.i);
  const growing = entries.filter(({ rule }) => rule.excess !== undefined);
  return reducer<FieldsState>({
    empty: () => ({ states: inOrder.map(({ rule }) => rule.empty()), any: false }),
    check(contribution) {
      for (const { name, rule } of entries) checkField(rule, fieldOf(contribution, name), name);
    },
    apply(state, contribution) {
      for (const { name, rule, i } of entries) {
        state.states[i] = rule.apply(state.states[i], fieldOf(contribution, name));
      }
      state.any = true;
      return state;
    },
    merge(into, other) {
      for (const { rule, i } of entries) into.states[i] = rule.merge(into.states[i], other.states[i]);
      into.any ||= other.any;
      return into;
    },
    read: ({ states, any }) =>
      any ? Object.fromEntries(entries.map(({ name, rule, i }) => [name, rule.read(states[i])])) : null,
    pack: ({ states, any }) => (any ? inOrder.map(({ rule, i }) => rule.pack(states[i])) : null),
    unpack(packed) {
      if (packed === null) return { states: inOrder.map(({ rule }) => rule.empty()), any: false };
      if (!Array.isArray(packed) || packed.length !== entries.length) throw new ValueError("no packed fields");
      return { states: inOrder.map(({ rule, i }) => rule.unpack(packed[i] as Value)), any: true }; // of equal length
    },
    clone: ({ states, any }) => ({ states: inOrder.map(({ rule, i }) => rule.clone(states[i])), any }),
    weigh: ({ states }) => entries.reduce((bytes, { rule, i }) => bytes + rule.weigh(states[i]), 0),
    ...(growing.length === 0 ? {} : { excess: ({ states }) => firstExcess(growing, states) }),
  });
}

function checkField(rule: Reducer<unknown>, field: Contribution, name: string): void {
  try {
    rule.check(field);
  } catch (error) {
    throw error instanceof FoldError ? error.within(name) : error;
  }
}

function firstExcess(growing: readonly Entry[], states: readonly unknown[]): LimitError | null {
  for (const { rule, i } of growing) {
    const excess = rule.excess?.(states[i]) ?? null;
    if (excess !== null) return excess;
  }
  return null;
}

function fieldOf(contribution: Contribution, name: string): Contribution {
  const { value, electron } = contribution;
  if (!isObject(value)) throw new FoldError(`expected an object, got ${shown(value)}`, electron);
  const field = Object.hasOwn(value, name) ? value[name] : undefined;
  if (field === undefined) throw new FoldError("expected a value, got nothing", electron).within(name);
  return { value: field, electron };
}
