import { anyValue } from "@valence/shared/arbitrary-value";
import type { ReduceRule } from "@valence/shared/reduce-rule";
import { type Value, ValueError } from "@valence/shared/value";
import { decodeValue, encodeValue } from "@valence/shared/value-codec";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainFold } from "./plain-fold.js";
import { type Contribution, FoldError, type Reducer } from "./reducer.js";
import { reducerOf } from "./reducer-of.js";

const finite = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(-0, 0, 1e300, -1e300),
);
/** Such as numbers have: the squares of the sum leave room below the largest double. */
const sums = fc
  .record({
    n: fc.integer({ min: 1, max: 2 ** 53 - 1 }),
    root: fc.double({ min: -1e150, max: 1e150, noNaN: true }),
    more: finite,
  })
  .map(({ n, root: sum, more }) => ({
    n,
    sum,
    sumSquares: Math.min((sum * sum) / n + Math.abs(more), Number.MAX_VALUE),
  }));

const notNaN = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(-0, 0, Infinity, -Infinity, 1, 1, 0.25));
/** Edges of the bins below and their neighbours, numbers anywhere, and arrays of them. */
const binned = fc.oneof(
  fc.integer({ min: -1, max: 31 }).map((i) => 0.1 + (0.6 * i) / 30),
  fc.integer({ min: 0, max: 30 }).map((i) => (0.1 + (0.6 * i) / 30) * (1 - Number.EPSILON)),
  fc.double({ min: 0, max: 1, noNaN: true }),
  notNaN,
);
const many = fc.oneof(
  binned,
  fc.array(binned, { maxLength: 8 }),
  fc.float64Array({ noNaN: true, maxLength: 8 }),
  fc.float32Array({ noNaN: true, min: 0, max: 1, maxLength: 8 }),
  fc.uint8Array({ max: 1, maxLength: 8 }),
);
const small = fc.oneof(
  fc.integer(),
  fc.string({ maxLength: 3 }),
  fc.constantFrom<Value>(null, true, [], {}, [-0, "x"]),
);
const scored = fc.record({ score: fc.oneof(notNaN, fc.integer({ min: 0, max: 3 })), tag: small });
const key = fc.constantFrom(
  "a",
  "b",
  "constructor",
  "toString",
  "hasOwnProperty",
  "",
  "10",
  "9",
  "é",
  "\u{1f600}",
  "\uffee",
);
const pairs = (values: fc.Arbitrary<Value>) => fc.array(fc.tuple(key, values), { maxLength: 6 });
const bins = { histogram: { from: 0.1, to: 0.7, bins: 30 } };

/** Each rule with results that it takes. */
const cases: readonly { rule: ReduceRule; results: fc.Arbitrary<Value> }[] = [
  { rule: "sum", results: finite },
  { rule: "count", results: anyValue },
  { rule: "min", results: notNaN },
  { rule: "max", results: notNaN },
  { rule: "mean", results: fc.oneof(finite, sums) },
  { rule: "collect", results: anyValue },
  { rule: bins, results: many },
  {
    rule: { histogram: { from: 1e16, to: 1e16 + 6, bins: 64 } },
    results: fc.integer({ min: 0, max: 9 }).map((i) => 1e16 + i),
  },
  { rule: { top: 3 }, results: notNaN },
  { rule: { top: 7, by: "score" }, results: scored },
  { rule: { top: 100, by: "score" }, results: scored },
  { rule: { each: "sum" }, results: pairs(finite) },
  { rule: { each: "min" }, results: pairs(notNaN) },
  { rule: { each: "collect" }, results: pairs(small) },
  { rule: { each: { top: 2, by: "score" } }, results: pairs(scored) },
  { rule: { each: bins, keysMax: 20 }, results: pairs(many) },
  {
    rule: { each: { mean: "mean", n: "count" } },
    results: pairs(fc.record({ mean: finite, n: small })),
  },
  {
    rule: {
      z: "sum",
      "10": "max",
      deep: { all: "collect", m: "mean", best: { top: 2 }, words: { each: { each: "sum" } } },
    },
    results: fc.record({
      z: finite,
      "10": finite,
      deep: fc.record({ all: small, m: finite, best: notNaN, words: pairs(pairs(finite)) }),
      other: small,
    }),
  },
];

function contributions(results: fc.Arbitrary<Value>): fc.Arbitrary<Contribution[]> {
  return fc.array(results, { maxLength: 30 }).map((values) => values.map((value, electron) => ({ value, electron })));
}

function foldAll<S>(reducer: Reducer<S>, list: Iterable<Contribution>): S {
  let state = reducer.empty();
  for (const contribution of list) state = reducer.fold(state, contribution);
  return state;
}

/** As text: bytes one by one take a test ten times as long to compare. */
function bytesOf<S>(reducer: Reducer<S>, state: S): string {
  return Buffer.from(encodeValue([reducer.read(state), reducer.pack(state)])).toString("hex");
}

function throughStore<S>(reducer: Reducer<S>, state: S): S {
  return reducer.unpack(decodeValue(encodeValue(reducer.pack(state))));
}

/** The same aggregate as rows of a store would give: in any order, cut anywhere, every second part packed on the way. */
function foldInParts<S>(reducer: Reducer<S>, list: readonly Contribution[], cuts: readonly number[]): S {
  let whole = reducer.empty();
  let rest = list;
  for (const [i, cut] of [...cuts, list.length].entries()) {
    const part = foldAll(reducer, rest.slice(0, cut));
    whole = reducer.merge(whole, i % 2 === 0 ? part : throughStore(reducer, part));
    if (i % 3 === 0) whole = reducer.clone(throughStore(reducer, whole));
    rest = rest.slice(cut);
  }
  return whole;
}

describe.each(cases)("the rule $rule", ({ rule, results }) => {
  const reducer = reducerOf(rule);

  test("[A1] [E5] any order and any cut gives the same bits, which are those of a plain fold", () => {
    const fiftyWays = contributions(results).chain((list) => {
      const anyOrder = fc.shuffledSubarray(list, { minLength: list.length });
      const ways = fc.array(fc.tuple(anyOrder, fc.array(fc.nat(8))), { minLength: 50, maxLength: 50 });
      return fc.tuple(fc.constant(list), ways);
    });
    fc.assert(
      fc.property(fiftyWays, ([list, ways]) => {
        const expected = foldAll(reducer, list);
        const bytes = bytesOf(reducer, expected);
        const plain = plainFold(
          rule,
          list.map(({ value }) => value),
        );
        expect(encodeValue(reducer.read(expected))).toEqual(encodeValue(plain));
        for (const [inAnyOrder, cuts] of ways) {
          expect(bytesOf(reducer, foldInParts(reducer, inAnyOrder, cuts))).toEqual(bytes);
        }
      }),
      { seed: 30, numRuns: 15 },
    );
  });

  test("[A7] reads null before the first result, and from the store as well", () => {
    expect(reducer.read(reducer.empty())).toBeNull();
    expect(reducer.read(throughStore(reducer, reducer.empty()))).toBeNull();
    expect(reducer.read(reducer.merge(reducer.empty(), reducer.empty()))).toBeNull();
  });

  test("merging and cloning leave what they came from as it was", () => {
    fc.assert(
      fc.property(contributions(results), contributions(results), (a, b) => {
        const [into, other] = [foldAll(reducer, a), foldAll(reducer, b)];
        const before = bytesOf(reducer, other);
        const copy = reducer.clone(other);
        foldAllInto(reducer, reducer.merge(into, other), a);
        foldAllInto(reducer, copy, b);
        expect(bytesOf(reducer, other)).toEqual(before);
      }),
      { seed: 31, numRuns: 50 },
    );
  });

  test("a result that cannot be folded leaves no trace", () => {
    fc.assert(
      fc.property(contributions(results), anyValue, (list, value) => {
        const state = foldAll(reducer, list);
        const before = bytesOf(reducer, state);
        try {
          reducer.fold(state, { value, electron: 1_000 });
        } catch (error) {
          expect(error).toBeInstanceOf(FoldError);
          expect((error as FoldError).electron).toBe(1_000);
          expect(bytesOf(reducer, state)).toEqual(before);
        }
      }),
      { seed: 32, numRuns: 100 },
    );
  });

  test("unpacks what it packed and refuses anything else with a ValueError", () => {
    fc.assert(
      fc.property(anyValue, (packed) => {
        try {
          reducer.read(reducer.unpack(packed));
        } catch (error) {
          expect(error).toBeInstanceOf(ValueError);
        }
      }),
      { seed: 33, numRuns: 200 },
    );
  });
});

function foldAllInto<S>(reducer: Reducer<S>, state: S, list: Iterable<Contribution>): void {
  for (const contribution of list) reducer.fold(state, { ...contribution, electron: contribution.electron + 5_000 });
}

const ofNumbers: ReduceRule[] = ["sum", "min", "max", "mean", bins, { top: 4 }];

test.each<ReduceRule>([...ofNumbers, "count"])("%j folds a column of numbers as it folds each", (rule) => {
  const reducer = reducerOf(rule);
  fc.assert(
    fc.property(fc.array(finite), fc.nat(1_000), (values, first) => {
      const each = foldAll(
        reducer,
        values.map((value, i) => ({ value, electron: first + i })),
      );
      const column = reducer.foldNumbers!(reducer.empty(), Float64Array.from(values), first);
      expect(bytesOf(reducer, column)).toEqual(bytesOf(reducer, each));
    }),
    { seed: 34, numRuns: 300 },
  );
});

test.each(ofNumbers)("%j folds a column with a NaN not at all, and says which", (rule) => {
  const reducer = reducerOf(rule);
  const state = reducer.foldNumbers!(reducer.empty(), Float64Array.of(1, 2), 0);
  const before = bytesOf(reducer, state);
  expect(() => reducer.foldNumbers!(state, Float64Array.of(3, Number.NaN, 4), 7)).toThrow(
    expect.objectContaining({ name: "FoldError", electron: 8 }),
  );
  expect(bytesOf(reducer, state)).toEqual(before);
});
