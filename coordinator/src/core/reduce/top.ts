/**
 * `{"top": k, "by": field}`: the k results with the greatest numbers, best first. Of equal ones, and −0 equals 0, those of the
 * lower electrons stay, so that the order of folding never shows.
 */
import { TOP_BYTES_MAX } from "@valence/shared/limits";
import { packValues, unpackValues } from "@valence/shared/pack";
import { type Value, ValueError } from "@valence/shared/value";
import { encodedBytes } from "@valence/shared/value-codec";
import { checkAllNumbers, checkNumber, isObject, shown } from "./numbers.js";
import { FoldError, LimitError, type Reducer, reducer } from "./reducer.js";

type Entry = { readonly score: number; readonly electron: number; readonly value: Value };
type TopState = {
  /** Best first. */
  entries: Entry[];
  /**
   * Bytes of the largest result that was offered, whether it stayed or not. Times the entries it is more than the state holds,
   * and, unlike what the state holds, it never shrinks, and is no less than that of any part.
   */
  largest: number;
};

/** So many entries are put into their places one by one; for more, all are moved once. */
const INSERTED_MAX = 8;
/** What an entry takes beside its value. */
const ENTRY_BYTES = 16;
/** What a number takes at most. */
const NUMBER_BYTES = 9;

/** Reads an array of results, best first. `by` null: the results are the numbers themselves. NaN is refused. */
export function top({ entries: most, by }: { entries: number; by: string | null }): Reducer<TopState> {
  const scoreOf = (value: Value) => (by === null ? value : (value as { [key: string]: Value })[by]) as number; // checked
  const offer = (state: TopState, entry: Entry) => offerTo(state.entries, entry, most);
  function foldScores(state: TopState, values: Float64Array, firstElectron: number): TopState {
    checkAllNumbers(values, firstElectron);
    if (values.length > 0) state.largest = NUMBER_BYTES;
    for (let i = 0; i < values.length; i++) {
      const score = values[i] as number; // within the array
      const last = state.entries[most - 1];
      // Most are none of the best: of them not even an entry is made.
      if (last === undefined || score >= last.score) offer(state, { score, electron: firstElectron + i, value: score });
    }
    return state;
  }
  return reducer<TopState>({
    empty: () => ({ entries: [], largest: 0 }),
    check({ value, electron }) {
      if (by === null) checkNumber(value, electron);
      else if (!isObject(value)) throw new FoldError(`expected an object, got ${shown(value)}`, electron);
      else checkNumber(Object.hasOwn(value, by) ? value[by] : undefined, electron, "a number", by);
    },
    apply(state, { value, electron }) {
      state.largest = Math.max(state.largest, bytesOf(value));
      offer(state, { score: scoreOf(value), electron, value });
      return state;
    },
    ...(by === null ? { foldNumbers: foldScores } : {}),
    merge(into, other) {
      into.largest = Math.max(into.largest, other.largest);
      for (const [i, entry] of other.entries.entries()) {
        if (!offer(into, entry)) break; // nor would those behind it stay
        if (i < INSERTED_MAX) continue;
        into.entries = joined(into.entries, other.entries.slice(i + 1), most);
        break;
      }
      return into;
    },
    read: ({ entries }) => (entries.length > 0 ? entries.map(({ value }) => value) : null),
    pack({ entries, largest }) {
      const electrons = Float64Array.from(entries, ({ electron }) => electron);
      return [largest, electrons, packValues(entries.map(({ value }) => value))];
    },
    unpack(packed) {
      const [largest, electrons, column] = Array.isArray(packed) ? packed : [];
      if (!Number.isSafeInteger(largest) || !(electrons instanceof Float64Array) || !(column instanceof Uint8Array)) {
        throw new ValueError("no packed top");
      }
      return { entries: entriesFrom(electrons, column, by), largest: largest as number };
    },
    clone: ({ entries, largest }) => ({ entries: entries.slice(), largest }),
    weigh: ({ entries, largest }) => entries.length * (largest + ENTRY_BYTES),
    excess: ({ entries, largest }) => excessOf(entries.length, largest),
  });
}

function bytesOf(value: Value): number {
  return typeof value === "number" ? NUMBER_BYTES : encodedBytes(value);
}

function beats(a: Entry, b: Entry): boolean {
  return a.score > b.score || (a.score === b.score && a.electron < b.electron);
}

/** Puts the entry in its place, behind those of its own electron that equal it; false when it is none of the best. */
function offerTo(entries: Entry[], entry: Entry, most: number): boolean {
  const last = entries[entries.length - 1];
  if (last === undefined || !beats(entry, last)) {
    if (entries.length === most) return false;
    entries.push(entry);
    return true;
  }
  let low = 0;
  let high = entries.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (beats(entry, entries[middle] as Entry)) high = middle;
    else low = middle + 1;
  }
  entries.splice(low, 0, entry);
  if (entries.length > most) entries.pop();
  return true;
}

/** The best of two sorted lists. */
function joined(a: readonly Entry[], b: readonly Entry[], most: number): Entry[] {
  const entries: Entry[] = [];
  let i = 0;
  let j = 0;
  while (entries.length < most && i + j < a.length + b.length) {
    const [first, second] = [a[i], b[j]];
    const next = first === undefined || (second !== undefined && beats(second, first)) ? second : first;
    if (next === first) i++;
    else j++;
    entries.push(next as Entry); // one of both is left
  }
  return entries;
}

function excessOf(entries: number, largest: number): LimitError | null {
  if (entries * largest <= TOP_BYTES_MAX) return null;
  const what = `the aggregate's ${entries} results of up to ${largest} bytes come to ${entries * largest} bytes`;
  return new LimitError("top_too_large", what, { limit: "TOP_BYTES_MAX", max: TOP_BYTES_MAX });
}

function entriesFrom(electrons: Float64Array, column: Uint8Array, by: string | null): Entry[] {
  const values = unpackValues(column, electrons.length);
  const entries: Entry[] = [];
  for (const [i, electron] of electrons.entries()) {
    const value = values[i] as Value; // of equal length
    const score = by === null ? value : isObject(value) && Object.hasOwn(value, by) ? value[by] : null;
    const entry = { score: score as number, electron, value };
    const before = entries[i - 1];
    const isEntry = typeof score === "number" && !Number.isNaN(score) && Number.isSafeInteger(electron);
    if (!isEntry || (before !== undefined && beats(entry, before))) throw new ValueError("no packed top");
    entries.push(entry);
  }
  return entries;
}
