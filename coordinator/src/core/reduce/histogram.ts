/** `{"histogram": {from, to, bins}}`: how many numbers fall into each of equal bins. A result is a number or many of them. */
import { type TypedArray, type Value, ValueError } from "@valence/shared/value";
import { checkAllNumbers, checkNumber, isNumberArray } from "./numbers.js";
import { type Reducer, reducer } from "./reducer.js";

type HistogramState = {
  /** By bin; sums of whole numbers below 2^53, since 2^31 results of 1 MiB hold no more numbers. */
  readonly counts: Float64Array;
  under: number;
  over: number;
  any: boolean;
};
const EXPECTED = "a number or an array of numbers";
type Bins = { readonly from: number; readonly to: number; readonly bins: number };

/** Reads `{counts, under, over}`; `over` has the numbers from `to` on. NaN is refused, infinities are under and over. */
export function histogram(rule: Bins): Reducer<HistogramState> {
  const { bins } = rule;
  const edges = edgesOf(rule);
  const scale = bins / (rule.to - rule.from);
  function tally(state: HistogramState, x: number): void {
    if (x < rule.from) state.under += 1;
    else if (x >= rule.to) state.over += 1;
    else {
      const bin = binOf(edges, x, Math.floor((x - rule.from) * scale));
      state.counts[bin] = (state.counts[bin] as number) + 1; // one of the bins
    }
  }
  const empty = () => ({ counts: new Float64Array(bins), under: 0, over: 0, any: false });
  return reducer<HistogramState>({
    empty,
    check({ value, electron }) {
      if (!isNumberArray(value)) checkNumber(value, electron, EXPECTED);
      else for (let i = 0; i < value.length; i++) checkNumber(value[i], electron, "a number", i);
    },
    apply(state, { value }) {
      state.any = true;
      if (typeof value === "number") tally(state, value);
      // An index, not `of`: an array of numbers was checked, and may have a million.
      else for (let i = 0, all = value as TypedArray; i < all.length; i++) tally(state, all[i] as number);
      return state;
    },
    foldNumbers(state, values, firstElectron) {
      checkAllNumbers(values, firstElectron, EXPECTED);
      for (let i = 0; i < values.length; i++) tally(state, values[i] as number);
      state.any ||= values.length > 0;
      return state;
    },
    merge(into, other) {
      if (!other.any) return into;
      for (let i = 0; i < bins; i++) into.counts[i] = (into.counts[i] as number) + (other.counts[i] as number);
      into.under += other.under;
      into.over += other.over;
      into.any = true;
      return into;
    },
    read: ({ counts, under, over, any }) => (any ? { counts: [...counts], under, over } : null),
    pack: ({ counts, under, over, any }) => (any ? [under, over, ...filled(counts)] : null),
    unpack: (packed) => (packed === null ? empty() : unpacked(packed, bins)),
    clone: (state) => ({ ...state, counts: state.counts.slice() }),
    weigh: () => 8 * bins + 18,
  });
}

/**
 * Bin `i` is `[edges[i], edges[i + 1])`, where edge `i` is `from + (to − from) · i / bins` as doubles give it: rounded, but in
 * order, so each number is in one bin, and that is the one that the edges say.
 */
function edgesOf({ from, to, bins }: Bins): Float64Array {
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => Math.min(to, from + ((to - from) * i) / bins));
  edges[bins] = to;
  return edges;
}

/** The bin of a number in `[from, to)`: a guess is right but for rounding, and else the edges are searched. */
function binOf(edges: Float64Array, x: number, guess: number): number {
  // Beyond the edges a read gives undefined, to which nothing compares.
  if ((edges[guess] as number) <= x && x < (edges[guess + 1] as number)) return guess;
  let low = 0;
  let high = edges.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) <= x) low = middle;
    else high = middle;
  }
  return low;
}

/** The bins that are not empty, and their counts: what one lease has found is mostly few of many. */
function filled(counts: Float64Array): [Uint16Array, Float64Array] {
  const bins: number[] = [];
  for (let i = 0; i < counts.length; i++) if (counts[i] !== 0) bins.push(i);
  return [Uint16Array.from(bins), Float64Array.from(bins, (bin) => counts[bin] as number)];
}

function unpacked(packed: Value, bins: number): HistogramState {
  const [under, over, at, filled] = Array.isArray(packed) ? packed : [];
  const isHistogram =
    isCount(under) &&
    isCount(over) &&
    at instanceof Uint16Array &&
    filled instanceof Float64Array &&
    filled.every(isCount);
  if (!isHistogram || at.length !== filled.length || at.some((bin) => bin >= bins)) {
    throw new ValueError("no packed histogram");
  }
  const counts = new Float64Array(bins);
  for (const [i, bin] of at.entries()) counts[bin] = filled[i] as number; // of equal length
  return { counts, under, over, any: true };
}

function isCount(n: Value | undefined): n is number {
  return Number.isSafeInteger(n) && (n as number) >= 0;
}
