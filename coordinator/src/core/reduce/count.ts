/** `"count"`: how many electrons gave a result, whatever it was; within `each`, how many pairs a key has. */
import { ValueError } from "@valence/shared/value";
import { reducer } from "./reducer.js";

type CountState = { count: number };

/** Reads a whole number. */
export const count = reducer<CountState>({
  empty: () => ({ count: 0 }),
  check: () => undefined,
  apply(state) {
    state.count++;
    return state;
  },
  merge(into, other) {
    into.count += other.count;
    return into;
  },
  read: ({ count }) => (count > 0 ? count : null),
  pack: ({ count }) => count,
  unpack(packed) {
    if (Number.isSafeInteger(packed) && (packed as number) >= 0) return { count: packed as number };
    throw new ValueError("no packed count");
  },
  clone: ({ count }) => ({ count }),
  weigh: () => 9,
  foldNumbers(state, values) {
    state.count += values.length;
    return state;
  },
});
