/**
 * For tests only: what a rule makes of results, computed in another way than the reducers do: from the whole list at once, in the
 * order of electrons, by definitions instead of states.
 */
import { formOf, type HistogramRule, type PlainRule, type ReduceRule } from "@valence/shared/reduce-rule";
import type { Value } from "@valence/shared/value";
import { roundRatio, roundScaled } from "./exact-number.js";
import { scaledOf } from "./exact-reference.js";

type Fields = { [name: string]: Value };

/** `values` are in the order of the electrons. */
export function plainFold(rule: ReduceRule, values: readonly Value[]): Value {
  if (values.length === 0) return null;
  const form = formOf(rule);
  if (form.kind === "plain") return plainly(form.rule, values);
  if (form.kind === "histogram") return histogramOf(form, values);
  if (form.kind === "top") {
    const scoreOf = (value: Value) => (form.by === null ? value : (value as Fields)[form.by]) as number;
    const order = (a: Value, b: Value) => Math.sign(Number(scoreOf(a) < scoreOf(b)) - Number(scoreOf(a) > scoreOf(b)));
    return values.toSorted(order).slice(0, form.entries); // a stable sort: of equal ones the first stays before
  }
  if (form.kind === "each") {
    const pairs = (values as [string, Value][][]).flat();
    const keys = [...new Set(pairs.map(([key]) => key))].sort();
    const of = (key: string) => pairs.filter(([other]) => other === key).map(([, value]) => value);
    return Object.fromEntries(keys.map((key) => [key, plainFold(form.rule, of(key))]));
  }
  const fieldOf = (name: string) => values.map((value) => (value as Fields)[name] as Value);
  return Object.fromEntries(Object.entries(form.rules).map(([name, inner]) => [name, plainFold(inner, fieldOf(name))]));
}

function plainly(rule: PlainRule, values: readonly Value[]): Value {
  if (rule === "collect") return [...values];
  if (rule === "count") return values.length;
  if (rule === "mean") return meanOf(values);
  const numbers = values as number[];
  if (rule === "sum") return roundScaled({ n: total(numbers.map(scaledOf)), exponent: -1_074 });
  return numbers.reduce((best, x) => ((rule === "min" ? x < best : x > best) ? x : best));
}

/** Sums in units of 2^-1074, squares in units of 2^-2148. */
function meanOf(values: readonly Value[]): Value {
  const sums = values.map((value) => {
    if (typeof value === "number") return { n: 1n, sum: scaledOf(value), squares: scaledOf(value) ** 2n };
    const { n, sum, sumSquares } = value as { n: number; sum: number; sumSquares: number };
    return { n: BigInt(n), sum: scaledOf(sum), squares: scaledOf(sumSquares) << 1_074n };
  });
  const n = total(sums.map((each) => each.n));
  const sum = total(sums.map((each) => each.sum));
  const squares = total(sums.map((each) => each.squares));
  if (n === 0n) return null;
  const mean = roundRatio({ n: sum, exponent: -1_074 }, n);
  const count = roundScaled({ n, exponent: 0 });
  if (n === 1n) return { mean, variance: null, low: null, high: null, n: count };
  const variance = Math.max(0, roundRatio({ n: n * squares - sum * sum, exponent: -2_148 }, n * (n - 1n)));
  const half = 1.959963984540054 * Math.sqrt(variance / count);
  return { mean, variance, low: mean - half, high: mean + half, n: count };
}

function histogramOf({ from, to, bins }: HistogramRule["histogram"], values: readonly Value[]): Value {
  const counts = new Array<number>(bins).fill(0);
  let [under, over] = [0, 0];
  for (const value of values) {
    for (const x of typeof value === "number" ? [value] : (value as number[])) {
      if (x < from) under += 1;
      else if (x >= to) over += 1;
      else {
        let bin = 0;
        while (bin < bins - 1 && x >= Math.min(to, from + ((to - from) * (bin + 1)) / bins)) bin += 1;
        counts[bin] = (counts[bin] ?? 0) + 1;
      }
    }
  }
  return { counts, under, over };
}

function total(numbers: readonly bigint[]): bigint {
  return numbers.reduce((sum, n) => sum + n, 0n);
}
