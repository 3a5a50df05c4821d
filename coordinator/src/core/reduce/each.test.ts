import { AGGREGATE_BYTES_MAX, COLLECT_ENTRIES_MAX, KEYS_MAX } from "@valence/shared/limits";
import type { Value } from "@valence/shared/value";
import { describe, expect, test } from "vitest";
import { foldValues, reduced } from "./fold-values.js";
import { excessOf, FoldError, LimitError } from "./reducer.js";
import { reducerOf } from "./reducer-of.js";

const pairsOf = (from: number, to: number): Value[] => Array.from({ length: to - from }, (_, i) => [`k${from + i}`, 1]);

describe("each", () => {
  test("[A11] folds the values of each key by the rule, several of one key in one result, too", () => {
    const results = [
      [
        ["a", 1],
        ["b", 2],
        ["a", 3],
      ],
      [],
      [["b", 0.5]],
    ];
    expect(reduced({ each: "sum" }, results)).toEqual({ a: 4, b: 2.5 });
    expect(reduced({ each: "count" }, results)).toEqual({ a: 2, b: 2 });
    expect(reduced({ each: "collect" }, results)).toEqual({ a: [1, 3], b: [2, 0.5] });
    expect(reduced({ each: { n: "count", best: { top: 1 } } }, [[["a", { n: 0, best: 5 }]]])).toEqual({
      a: { n: 1, best: [5] },
    });
  });

  test("[A11] the keys are in the order of their letters, whatever order they came in", () => {
    const results = [
      [
        ["b", 1],
        ["é", 1],
        ["a", 1],
        ["B", 1],
        ["", 1],
      ],
    ];
    expect(Object.keys(reduced({ each: "sum" }, results) as object)).toEqual(["", "B", "a", "b", "é"]);
  });

  test("[A11] but keys that are whole numbers come first, as numbers", () => {
    const keys = ["a", "10", "9", "-1", "4294967295", "4294967294", "07"];
    const read = reduced({ each: "sum" }, [keys.map((key) => [key, 1])]);
    expect(Object.keys(read as object)).toEqual(["9", "10", "4294967294", "-1", "07", "4294967295", "a"]);
  });

  test("[A7] [A11] a result without pairs is a result", () => {
    expect(reduced({ each: "sum" }, [])).toBeNull();
    expect(reduced({ each: "sum" }, [[]])).toEqual({});
  });

  test("[A11] keys that objects are born with are keys like any other", () => {
    const keys = ["constructor", "toString", "hasOwnProperty", "valueOf"];
    const read = reduced({ each: "sum" }, [keys.map((key) => [key, 1]), [["constructor", 1]]]);
    expect(Object.entries(read as object)).toEqual([
      ["constructor", 2],
      ["hasOwnProperty", 1],
      ["toString", 1],
      ["valueOf", 1],
    ]);
  });

  test.each<[Value, string]>([
    [{ a: 1 }, "result: expected an array of [key, value] pairs, got an object"],
    [Float64Array.of(1), "result: expected an array of [key, value] pairs, got an array"],
    [[["a", 1], "b"], "result[1]: expected a pair [key, value], got a string"],
    [[["a"]], "result[0]: expected a pair [key, value], got an array of 1"],
    [[["a", 1, 2]], "got an array of 3"],
    [[[1, 1]], "result[0][0]: expected text as a key, got 1"],
    [[[null, 1]], "expected text as a key, got null"],
    [[["__proto__", 1]], "result[0][0]: __proto__ cannot be a key"],
    [
      [
        ["a", 1],
        ["b", Number.NaN],
      ],
      "result[1][1]: expected a finite number, got NaN",
    ],
  ])("[F6] [A11] refuses %j", (value, message) => {
    expect(() => reduced({ each: "sum" }, [value])).toThrow(FoldError);
    expect(() => reduced({ each: "sum" }, [value])).toThrow(message);
  });

  test("[F6] a pair that cannot be folded takes its whole result with it, and nothing else", () => {
    const reducer = reducerOf({ each: "sum" });
    const state = foldValues(reducer, [[["a", 1]]]);
    const bad = {
      value: [
        ["a", 1],
        ["b", 1],
        ["a", null],
      ],
      electron: 1,
    };
    expect(() => reducer.fold(state, bad)).toThrow("result[2][1]: expected a finite number, got null");
    expect(reducer.read(state)).toEqual({ a: 1 });
  });

  test("[A11] takes keys to the limit, and one more is too many, folded or merged", () => {
    const reducer = reducerOf({ each: "sum", keysMax: 3 });
    const full = foldValues(reducer, [pairsOf(0, 3), pairsOf(1, 3)]);
    expect(excessOf(reducer, full)).toBeNull();
    const message = "the aggregate has 4 keys, more than keysMax = 3";
    const over = { code: "too_many_keys", limit: "keysMax", max: 3, message };
    expect(excessOf(reducer, reducer.merge(reducer.clone(full), foldValues(reducer, [pairsOf(3, 4)])))).toMatchObject(
      over,
    );
    expect(excessOf(reducer, foldValues(reducer, [pairsOf(0, 4)]))).toMatchObject(over);
  });

  test("[A11] takes 100,000 keys where no other number is given, sums and means", () => {
    for (const rule of ["sum", "mean"] as const) {
      const reducer = reducerOf({ each: rule });
      const full = foldValues(reducer, [pairsOf(0, KEYS_MAX)]);
      expect(excessOf(reducer, full)).toBeNull();
      expect(excessOf(reducer, reducer.fold(full, { value: [["more", 1]], electron: 1 }))).toMatchObject({
        max: KEYS_MAX,
      });
    }
  });

  test("[A11] what one key may hold is limited as it is without keys, and all of them together", () => {
    const inner = reducerOf({ each: { each: "sum", keysMax: 2 } });
    expect(
      excessOf(
        inner,
        foldValues(inner, [
          [
            ["a", pairsOf(0, 2)],
            ["b", pairsOf(2, 4)],
          ],
        ]),
      ),
    ).toBeNull();
    expect(excessOf(inner, foldValues(inner, [[["a", pairsOf(0, 2)]], [["a", pairsOf(2, 3)]]]))).toBeInstanceOf(
      LimitError,
    );

    const lists = reducerOf({ each: "collect" });
    const entries = Array.from({ length: COLLECT_ENTRIES_MAX + 1 }, (_, i): Value => [i === 0 ? "b" : "a", 0]);
    const state = foldValues(lists, [entries]);
    expect(excessOf(lists, state)).toBeNull();
    const over = lists.merge(state, foldValues(lists, [[["a", 0]]], 1));
    expect(excessOf(lists, over)).toMatchObject({ code: "collect_too_large", limit: "COLLECT_ENTRIES_MAX" });
  });

  test("[A12] weighs what its keys and their states hold", () => {
    const reducer = reducerOf({ each: { histogram: { from: 0, to: 1, bins: 4_000 } } });
    const key = (i: number): Value => [[`key ${i}`, 0]];
    const few = reducer.weigh(foldValues(reducer, [key(1), key(2), key(1)]));
    expect(few).toBe(reducer.weigh(reducer.merge(foldValues(reducer, [key(2)], 2), foldValues(reducer, [key(1)]))));
    const fitting = Math.floor(AGGREGATE_BYTES_MAX / (few / 2));
    const full = foldValues(
      reducer,
      Array.from({ length: fitting - 5 }, (_, i) => key(i)),
    );
    expect(excessOf(reducer, full)).toBeNull();
    const over = reducer.merge(
      full,
      foldValues(
        reducer,
        Array.from({ length: 10 }, (_, i) => key(-i)),
        9_999,
      ),
    );
    expect(excessOf(reducer, over)).toMatchObject({ code: "aggregate_too_large", limit: "AGGREGATE_BYTES_MAX" });
  });

  test("unpacks no key twice, out of order, or that cannot be one", () => {
    const reducer = reducerOf({ each: "count" });
    for (const keys of [["a", "a"], ["b", "a"], ["__proto__", "a"], [1, "a"], ["a"]] as Value[][]) {
      expect(() => reducer.unpack([keys, [1, 1]])).toThrow("no packed keys");
    }
  });
});
