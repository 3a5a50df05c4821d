/**
 * `"mean"`: mean, variance and a 95 % interval, from numbers or from the sums that an electron made of many of them.
 * Counts, sums and sums of squares are exact, and the variance is one division of integers: nothing cancels.
 */
import { type Value, ValueError } from "@valence/shared/value";
import { minus, roundRatio, times } from "./exact-number.js";
import { ExactSum } from "./exact-sum.js";
import { checkAllFinite, isObject, shown } from "./numbers.js";
import { type Contribution, FoldError, reducer } from "./reducer.js";

/** The 97.5 % quantile of the standard normal distribution: 95 % lie within it on both sides. */
const NORMAL_QUANTILE = 1.959963984540054;

/** Half the distance from 1 to the next double: what one operation may be wrong by, as a share of its result. */
const ROUNDING = 2 ** -53;

type MeanState = { readonly n: ExactSum; readonly sum: ExactSum; readonly squares: ExactSum };
/** Many numbers as one result: how many, their sum, and the sum of their squares. */
type Sums = { readonly n: number; readonly sum: number; readonly sumSquares: number };

/**
 * Reads `{mean, variance, low, high, n}`: the sample variance (over n − 1) and `mean ± 1.96 √(variance / n)`; variance, low
 * and high are null when n is below 2, and all of it when n is 0.
 */
export const mean = reducer<MeanState>({
  empty: () => ({ n: new ExactSum(), sum: new ExactSum(), squares: new ExactSum() }),
  check(contribution) {
    sumsOf(contribution);
  },
  apply(state, contribution) {
    const sums = sumsOf(contribution);
    if (typeof sums === "number") {
      state.n.add(1);
      state.sum.add(sums);
      state.squares.addSquare(sums);
    } else {
      state.n.add(sums.n);
      state.sum.add(sums.sum);
      state.squares.add(sums.sumSquares);
    }
    return state;
  },
  merge(into, other) {
    into.n.merge(other.n);
    into.sum.merge(other.sum);
    into.squares.merge(other.squares);
    return into;
  },
  read: readMean,
  pack: ({ n, sum, squares }) => [n.pack(), sum.pack(), squares.pack()],
  unpack(packed) {
    const [n, sum, squares] = Array.isArray(packed) ? packed : [];
    if (n === undefined || sum === undefined || squares === undefined) throw new ValueError("no packed mean");
    return { n: ExactSum.unpack(n), sum: ExactSum.unpack(sum), squares: ExactSum.unpack(squares) };
  },
  clone: ({ n, sum, squares }) => ({ n: n.clone(), sum: sum.clone(), squares: squares.clone() }),
  weigh: ({ n, sum, squares }) => n.bytes + sum.bytes + squares.bytes,
  foldNumbers(state, values, firstElectron) {
    checkAllFinite(values, firstElectron);
    state.n.add(values.length);
    for (let i = 0; i < values.length; i++) {
      const x = values[i] as number; // within the array
      state.sum.add(x);
      state.squares.addSquare(x);
    }
    return state;
  },
});

/** The result as a number or as sums. @throws FoldError when it is neither */
function sumsOf({ value, electron }: Contribution): number | Sums {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (!isObject(value)) {
    throw new FoldError(`expected a finite number or {n, sum, sumSquares}, got ${shown(value)}`, electron);
  }
  const { n, sum, sumSquares } = value;
  if (!Number.isSafeInteger(n) || (n as number) < 0) {
    throw new FoldError(`expected a whole number from 0 to 2^53 − 1, got ${shown(n)}`, electron, ".n");
  }
  if (!Number.isFinite(sum)) throw new FoldError(`expected a finite number, got ${shown(sum)}`, electron, ".sum");
  if (!Number.isFinite(sumSquares) || (sumSquares as number) < 0) {
    throw new FoldError(`expected a finite number of at least 0, got ${shown(sumSquares)}`, electron, ".sumSquares");
  }
  if (!mayBe(n as number, sum as number, sumSquares as number)) {
    throw new FoldError(`expected at least sum² / n, got ${shown(sumSquares)}`, electron, ".sumSquares");
  }
  if (n === 0 && (sum !== 0 || sumSquares !== 0)) throw new FoldError("expected 0 as the sums of 0 numbers", electron);
  return { n: n as number, sum: sum as number, sumSquares: sumSquares as number };
}

/**
 * Whether some `n` numbers can have these sums: `sum² ≤ n · sumSquares` (Cauchy and Schwarz), but for what adding one by one in doubles
 * may lose. That is a share `n · 2^-53` of what is added, in either sum (N. Higham, "Accuracy and Stability of Numerical
 * Algorithms", 2002, section 4.2): four such shares of the product in all, and some for our own operations. And squares of
 * the smallest numbers are 0, or some multiples of the smallest double.
 */
function mayBe(n: number, sum: number, sumSquares: number): boolean {
  const squares = sumSquares + n * Number.MIN_VALUE;
  return n === 0 || sum * sum <= n * squares * (1 + (4 * n + 8) * ROUNDING);
}

function readMean(state: MeanState): Value {
  const count = state.n.exact();
  if (count.n === 0n) return null;
  const n = state.n.value();
  const whole = count.n << BigInt(count.exponent);
  const sum = state.sum.exact();
  const mean = roundRatio(sum, whole);
  if (whole < 2n) return { mean, variance: null, low: null, high: null, n };
  // Σ(x − mean)² / (n − 1) = (n Σx² − (Σx)²) / (n (n − 1)), exactly. Sums that electrons have rounded may lead below 0.
  const numerator = minus(times(state.squares.exact(), { n: whole, exponent: 0 }), times(sum, sum));
  const variance = Math.max(0, roundRatio(numerator, whole * (whole - 1n)));
  const half = NORMAL_QUANTILE * Math.sqrt(variance / n);
  return { mean, variance, low: mean - half, high: mean + half, n };
}
