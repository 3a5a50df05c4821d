import { anyValue } from "@valence/shared/arbitrary-value";
import { packMicros, packValues, unpackValues } from "@valence/shared/pack";
import type { ReduceRule } from "@valence/shared/reduce-rule";
import type { Value } from "@valence/shared/value";
import { decodeValue, encodeValue } from "@valence/shared/value-codec";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { specOf } from "./fixtures.js";
import { type Piece, pieces } from "./pieces.js";
import { foldValues } from "./reduce/fold-values.js";
import { reducerOf } from "./reduce/reducer-of.js";
import { openJob } from "./restore.js";

const FIRST = 7;
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const histogram = { histogram: { from: -1, to: 1, bins: 4 } };

/** Rules with results that they take, and with some that they refuse. */
const cases: readonly [ReduceRule, fc.Arbitrary<Value>, fc.Arbitrary<Value>][] = [
  ["sum", number, fc.constant(Number.NaN)],
  ["min", number, fc.constantFrom(Number.NaN)],
  ["mean", number, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY)],
  [histogram, number, fc.constant(Number.NaN)],
  [{ top: 3 }, number, fc.constant(Number.NaN)],
  ["sum", number, fc.constantFrom<Value>("no", null)],
  [{ each: "sum" }, number.map((x): Value => [["a", x]]), fc.constantFrom<Value>(1, [["a"]])],
  ["collect", anyValue, anyValue],
];

/** A report of the results, in so many parts as there are cuts. */
function reportOf(values: readonly Value[], cuts: readonly number[]) {
  const bounds = [0, ...cuts.map((cut) => cut % (values.length + 1)).sort((a, b) => a - b), values.length];
  const parts = bounds.slice(1).flatMap((to, i) => {
    const part = values.slice(bounds[i], to);
    const micros = packMicros(part.map((_, j) => j));
    return part.length === 0 ? [] : [{ count: part.length, micros, values: packValues(part) }];
  });
  return { type: "report" as const, lease: 1, first: FIRST, parts, failure: null };
}

/** What each electron of the report came to: the bytes of its row's fold and the results in it, or a fault. */
function readingOf(all: readonly Piece[], rule: ReduceRule) {
  return all.map((piece) => {
    if (piece.type === "fault") return { from: piece.electron, fault: piece.fault.code };
    const parts = decodeValue(piece.results ?? encodeValue([])) as [number, Uint8Array, Uint8Array][];
    const kept = parts.flatMap(([count, , column]) => [...unpackValues(column, count)]);
    return { ...piece.span, kept, fold: encodeValue(reducerOf(rule).pack(piece.fold)) };
  });
}

function expectedOf(values: readonly (readonly [boolean, Value])[], rule: ReduceRule) {
  const expected: unknown[] = [];
  let good: Value[] = [];
  const cut = (next: number) => {
    const from = next - good.length;
    const fold = encodeValue(reducerOf(rule).pack(foldValues(reducerOf(rule), good, from)));
    if (good.length > 0) expected.push({ from, to: next, kept: good, fold });
    good = [];
  };
  for (const [i, [isBad, value]] of values.entries()) {
    if (!isBad) good.push(value);
    else {
      cut(FIRST + i);
      expected.push({ from: FIRST + i, fault: "bad_result" });
    }
  }
  cut(FIRST + values.length);
  return expected;
}

describe.each(cases)("a report for %j", (rule, goodResult, badResult) => {
  test("[F6] becomes a row of each run of good results, and a fault of each bad one", () => {
    const takesAll = rule === "collect";
    const result = fc.oneof(
      { weight: 4, arbitrary: goodResult.map((value) => [false, value] as const) },
      { weight: 1, arbitrary: badResult.map((value) => [!takesAll, value] as const) },
    );
    fc.assert(
      fc.property(
        fc.array(result, { minLength: 1, maxLength: 20 }),
        fc.array(fc.nat(20), { maxLength: 3 }),
        fc.nat(20),
        (results, cuts, kept) => {
          const job = openJob(specOf({ reduce: rule, keep: true }), (_, to) => to);
          const all = pieces(
            job,
            reportOf(
              results.map(([, value]) => value),
              cuts,
            ),
            FIRST + kept,
          );
          expect(readingOf(all, rule)).toEqual(expectedOf(results.slice(0, kept), rule));
        },
      ),
      { seed: 60, numRuns: 200 },
    );
  });
});

test("a report for a job without a reduce keeps its results, whatever they are", () => {
  const job = openJob(specOf({ reduce: null, keep: true }), (_, to) => to);
  const [row, ...more] = pieces(job, reportOf([1, Number.NaN, "x"], [1]), FIRST + 3);
  expect([row, more]).toMatchObject([{ type: "row", span: { from: FIRST, to: FIRST + 3 }, fold: undefined }, []]);
});
