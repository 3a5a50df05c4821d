/** `"collect"`: every result, in item order, up to limits of number and bytes. */
import { COLLECT_BYTES_MAX, COLLECT_ENTRIES_MAX } from "@valence/shared/limits";
import { packValues, unpackValues } from "@valence/shared/pack";
import { type Value, ValueError } from "@valence/shared/value";
import { encodedBytes } from "@valence/shared/value-codec";
import { LimitError, reducer } from "./reducer.js";
import { SortedRuns } from "./sorted-runs.js";

type CollectState = {
  readonly runs: SortedRuns;
  /** What the values take, each encoded by itself. */
  bytes: number;
};

/** What an entry takes beside its value. */
const ENTRY_BYTES = 16;

/** Reads an array, in the order of the electrons. */
export const collect = reducer<CollectState>({
  empty: () => ({ runs: new SortedRuns(), bytes: 0 }),
  check: () => undefined,
  apply(state, { value, electron }) {
    state.bytes += encodedBytes(value);
    state.runs.add(electron, value);
    return state;
  },
  merge(into, other) {
    into.bytes += other.bytes;
    into.runs.addAll(other.runs);
    return into;
  },
  read: ({ runs }) => (runs.size > 0 ? runs.sorted().values.slice() : null),
  pack({ runs, bytes }) {
    const { electrons, values } = runs.sorted();
    return [bytes, spansOf(electrons), packValues(values)];
  },
  unpack(packed) {
    const [bytes, spans, column] = Array.isArray(packed) ? packed : [];
    if (!Number.isSafeInteger(bytes) || !(spans instanceof Float64Array) || !(column instanceof Uint8Array)) {
      throw new ValueError("no packed collection");
    }
    return { runs: runsFrom(spans, column), bytes: bytes as number };
  },
  clone: ({ runs, bytes }) => ({ runs: runs.clone(), bytes }),
  weigh: ({ runs, bytes }) => bytes + ENTRY_BYTES * runs.size,
  excess({ runs, bytes }) {
    if (runs.size > COLLECT_ENTRIES_MAX)
      return tooMuch(`${runs.size} entries`, "COLLECT_ENTRIES_MAX", COLLECT_ENTRIES_MAX);
    return bytes > COLLECT_BYTES_MAX ? tooMuch(`${bytes} bytes`, "COLLECT_BYTES_MAX", COLLECT_BYTES_MAX) : null;
  },
});

function tooMuch(what: string, limit: string, max: number): LimitError {
  return new LimitError("collect_too_large", `the aggregate has ${what}`, { limit, max });
}

/** Bounds of neighbouring electrons, one pair after the other: mostly a single pair a lease. One that comes twice begins a pair. */
function spansOf(electrons: readonly number[]): Float64Array {
  const bounds: number[] = [];
  for (const electron of electrons) {
    if (bounds.at(-1) === electron) bounds[bounds.length - 1] = electron + 1;
    else bounds.push(electron, electron + 1);
  }
  return Float64Array.from(bounds);
}

function runsFrom(spans: Float64Array, column: Uint8Array): SortedRuns {
  const count = spans.reduce((sum, bound, i) => sum + (i % 2 === 0 ? -bound : bound), 0);
  if (!Number.isSafeInteger(count) || count < 0) throw new ValueError("no packed collection");
  const values = unpackValues(column, count);
  const runs = new SortedRuns();
  let at = 0;
  for (let i = 0; i + 1 < spans.length; i += 2) {
    // Both bounds are in the array, and the column has as many values as they say.
    for (let electron = spans[i] as number; electron < (spans[i + 1] as number) && at < count; electron++) {
      runs.add(electron, values[at++] as Value);
    }
  }
  return runs;
}
