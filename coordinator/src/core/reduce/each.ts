/**
 * `{"each": rule, "keysMax": n}`: results are arrays of `[key, value]` pairs, and the values of each key go by the rule. Of
 * several pairs with one key in one result each counts, in their order.
 */
import { type Value, ValueError } from "@valence/shared/value";
import { shown } from "./numbers.js";
import { type Contribution, FoldError, LimitError, type Reducer, reducer } from "./reducer.js";

type EachState<S> = {
  /** By key. A Map, for which `constructor` is a key like any other. */
  readonly states: Map<string, S>;
  /** What the keys and their states weigh. */
  bytes: number;
  /** Why a key's own state is too large. */
  excess: LimitError | null;
  /** The keys in order, until there are more; sorting a hundred thousand at each look takes too long. */
  sorted: readonly string[] | null;
  any: boolean;
};

/** What a key takes beside its letters and its state. */
const KEY_BYTES = 32;

/** Reads an object with what the rule reads of each key, the keys in the order of their UTF-16 units; but whole numbers first, as in any object. */
export function each<S>(rule: Reducer<S>, keysMax: number): Reducer<EachState<S>> {
  const grows = rule.excess !== undefined;
  const empty = (): EachState<S> => ({ states: new Map(), bytes: 0, excess: null, sorted: null, any: false });
  function add(into: EachState<S>, key: string, state: S): void {
    into.states.set(key, state);
    into.bytes += KEY_BYTES + 2 * key.length + rule.weigh(state);
    into.sorted = null;
    if (grows) into.excess ??= rule.excess?.(state) ?? null;
  }
  /** The state of a key that is known has changed; it weighed so much before. */
  function change(into: EachState<S>, key: string, states: { from: S; to: S; bytes: number }): void {
    const { from, to, bytes } = states;
    if (from !== to) into.states.set(key, to);
    into.bytes += rule.weigh(to) - bytes;
    if (grows) into.excess ??= rule.excess?.(to) ?? null;
  }
  return reducer<EachState<S>>({
    empty,
    check: (contribution) => checkPairs(rule, contribution),
    apply(state, { value, electron }) {
      for (const [key, inner] of value as [string, Value][]) {
        const contribution = { value: inner, electron };
        const known = state.states.get(key);
        if (known === undefined) add(state, key, rule.apply(rule.empty(), contribution));
        else change(state, key, { bytes: rule.weigh(known), from: known, to: rule.apply(known, contribution) });
      }
      state.any = true;
      return state;
    },
    merge(into, other) {
      for (const [key, state] of other.states) {
        const known = into.states.get(key);
        if (known === undefined) add(into, key, rule.clone(state));
        else change(into, key, { bytes: rule.weigh(known), from: known, to: rule.merge(known, state) });
      }
      into.any ||= other.any;
      return into;
    },
    read(state) {
      if (!state.any) return null;
      return Object.fromEntries(keysOf(state).map((key) => [key, rule.read(state.states.get(key) as S)]));
    },
    pack(state) {
      const keys = keysOf(state);
      return state.any ? [[...keys], keys.map((key) => rule.pack(state.states.get(key) as S))] : null;
    },
    unpack(packed) {
      const state = empty();
      if (packed === null) return state;
      for (const [key, inner] of pairsFrom(packed)) add(state, key, rule.unpack(inner));
      state.any = true;
      return state;
    },
    clone: (state) => ({
      ...state,
      states: new Map(Array.from(state.states, ([key, inner]) => [key, rule.clone(inner)] as const)),
    }),
    weigh: ({ bytes }) => bytes,
    excess: ({ states, excess }) => excess ?? (states.size > keysMax ? tooMany(states.size, keysMax) : null),
  });
}

function checkPairs(rule: Reducer<unknown>, { value, electron }: Contribution): void {
  if (!Array.isArray(value))
    throw new FoldError(`expected an array of [key, value] pairs, got ${shown(value)}`, electron);
  for (let i = 0; i < value.length; i++) {
    const pair = value[i] as Value; // within the array
    if (!Array.isArray(pair) || pair.length !== 2) {
      const got = Array.isArray(pair) ? `an array of ${pair.length}` : shown(pair);
      throw new FoldError(`expected a pair [key, value], got ${got}`, electron).within(i);
    }
    const [key, inner] = pair as [Value, Value];
    if (typeof key !== "string")
      throw new FoldError(`expected text as a key, got ${shown(key)}`, electron).within(0).within(i);
    // The aggregate has its keys as names of fields, and no value may have one of this name.
    if (key === "__proto__") throw new FoldError("__proto__ cannot be a key", electron).within(0).within(i);
    checkInner(rule, { value: inner, electron }, i);
  }
}

function checkInner(rule: Reducer<unknown>, contribution: Contribution, i: number): void {
  try {
    rule.check(contribution);
  } catch (error) {
    throw error instanceof FoldError ? error.within(1).within(i) : error;
  }
}

function keysOf(state: EachState<unknown>): readonly string[] {
  state.sorted ??= [...state.states.keys()].sort();
  return state.sorted;
}

function tooMany(keys: number, keysMax: number): LimitError {
  return new LimitError("too_many_keys", `the aggregate has ${keys} keys`, { limit: "keysMax", max: keysMax });
}

function pairsFrom(packed: Value): [string, Value][] {
  const [keys, states] = Array.isArray(packed) ? packed : [];
  const arePairs = Array.isArray(keys) && Array.isArray(states) && keys.length === states.length;
  if (!arePairs) throw new ValueError("no packed keys");
  return keys.map((key, i) => {
    if (typeof key !== "string" || key === "__proto__" || (i > 0 && !(key > (keys[i - 1] as string)))) {
      throw new ValueError("no packed keys");
    }
    return [key, states[i] as Value]; // of equal length
  });
}
