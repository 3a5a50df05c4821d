/** An object of rules: each field of the result goes by its own rule. Fields without one are left out. */
import { type Value, ValueError } from "@valence/shared/value";
import { shown } from "./numbers.js";
import { type Contribution, FoldError, LimitError, type Reducer, reducer } from "./reducer.js";

/** The states of the fields in the order of their sorted names, which a store cannot change, and whether there was a result. */
type FieldsState = { readonly states: unknown[]; any: boolean };
type Entry = { readonly name: string; readonly rule: Reducer<unknown>; readonly i: number };

/** Reads an object with what each field's rule reads. A result without one of the fields cannot be folded. */
export function fields(rules: ReadonlyMap<string, Reducer<unknown>>): Reducer<FieldsState> {
  const names = [...rules.keys()].sort();
  const entries: Entry[] = [...rules].map(([name, rule]) => ({ name, rule, i: names.indexOf(name) }));
  const inOrder = entries.toSorted((a, b) => a.i - b.i);
  return reducer<FieldsState>({
    empty: () => ({ states: inOrder.map(({ rule }) => rule.empty()), any: false }),
    check: ({ states }, contribution) => checkFields(entries, states, contribution),
    apply(state, contribution) {
      for (const { name, rule, i } of entries) {
        state.states[i] = rule.apply(state.states[i], fieldOf(contribution, name));
      }
      state.any = true;
      return state;
    },
    checkMerge(into, other) {
      for (const { rule, i } of entries) rule.checkMerge?.(into.states[i], other.states[i]);
    },
    applyMerge(into, other) {
      for (const { rule, i } of entries) into.states[i] = rule.applyMerge(into.states[i], other.states[i]);
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
  });
}

function checkFields(entries: readonly Entry[], states: readonly unknown[], contribution: Contribution): void {
  let over: LimitError | undefined;
  for (const { name, rule, i } of entries) {
    const field = fieldOf(contribution, name);
    try {
      rule.check(states[i], field);
    } catch (error) {
      if (error instanceof FoldError) throw error.within(name);
      if (!(error instanceof LimitError)) throw error;
      // A result that another field refuses does not count, and so is over no limit.
      over ??= error;
    }
  }
  if (over !== undefined) throw over;
}

function fieldOf(contribution: Contribution, name: string): Contribution {
  const { value, electron, items } = contribution;
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    throw new FoldError(`expected an object, got ${shown(value)}`, electron);
  }
  const field = Object.hasOwn(value, name) ? value[name] : undefined;
  if (field === undefined) throw new FoldError("expected a value, got nothing", electron).within(name);
  return { value: field, electron, items };
}
