/**
 * `"min"` and `"max"`: the least and the greatest number, infinities included. Of equal ones, and −0 equals 0, that of the
 * lowest electron stays, so that the order of folding never shows.
 */
import { ValueError } from "@valence/shared/value";
import { checkAllNumbers, checkNumber } from "./numbers.js";
import { type Reducer, reducer } from "./reducer.js";

/** The electron is −1 before the first result. */
type ExtremeState = { value: number; electron: number };

/** Reads a number. */
export const min: Reducer<ExtremeState> = extreme((a, b) => a < b);
/** Reads a number. */
export const max: Reducer<ExtremeState> = extreme((a, b) => a > b);

function extreme(beats: (a: number, b: number) => boolean): Reducer<ExtremeState> {
  function offer(state: ExtremeState, value: number, electron: number): void {
    const first = state.electron < 0;
    if (first || beats(value, state.value) || (value === state.value && electron < state.electron)) {
      state.value = value;
      state.electron = electron;
    }
  }
  return reducer<ExtremeState>({
    empty: () => ({ value: 0, electron: -1 }),
    check({ value, electron }) {
      checkNumber(value, electron);
    },
    apply(state, { value, electron }) {
      offer(state, value as number, electron); // checked
      return state;
    },
    merge(into, other) {
      if (other.electron >= 0) offer(into, other.value, other.electron);
      return into;
    },
    read: ({ value, electron }) => (electron < 0 ? null : value),
    pack: ({ value, electron }) => (electron < 0 ? null : [value, electron]),
    unpack(packed) {
      if (packed === null) return { value: 0, electron: -1 };
      const [value, electron] = Array.isArray(packed) ? packed : [];
      const isElectron = Number.isSafeInteger(electron) && (electron as number) >= 0;
      if (typeof value === "number" && isElectron) return { value, electron: electron as number };
      throw new ValueError("no packed extreme");
    },
    clone: (state) => ({ ...state }),
    weigh: () => 18,
    foldNumbers(state, values, firstElectron) {
      checkAllNumbers(values, firstElectron);
      for (let i = 0; i < values.length; i++) offer(state, values[i] as number, firstElectron + i);
      return state;
    },
  });
}
