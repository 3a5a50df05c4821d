import type { ReduceRule } from "@valence/shared/reduce-rule";
import type { Value } from "@valence/shared/value";
import { encodeValue } from "@valence/shared/value-codec";
import { describe, expect, test } from "vitest";
import { Bench, specOf } from "./fixtures.js";
import { Grid } from "./grid.js";
import { foldValues } from "./reduce/fold-values.js";
import { reducerOf } from "./reduce/reducer-of.js";

const MIB = 1024 * 1024;
const large = (i: number, bytes = MIB - 100): Value => ({ score: i, body: new Uint8Array(bytes) });
const third = (i: number) => large(i, MIB / 3 - 100);

/** Each way to grow too large, by results of which there are 60 and some are too many. */
const cases: readonly [string, ReduceRule, (i: number) => Value][] = [
  ["collect_too_large", "collect", large],
  ["collect_too_large", { each: "collect" }, (i) => [["all", large(i)]]],
  ["top_too_large", { top: 50, by: "score" }, large],
  ["too_many_keys", { each: "sum", keysMax: 29 }, (i) => [[`key ${i % 30}`, 1]]],
  ["aggregate_too_large", { each: { top: 9, by: "score" } }, (i) => [[`key ${i % 9}`, large(i)]]],
  [
    "aggregate_too_large",
    { a: "collect", b: "collect", c: "collect" },
    (i) => ({ a: third(i), b: third(i), c: third(i) }),
  ],
];

const lastStatus = (bench: Bench) => bench.written.findLast((write) => write.type === "status")?.status;

describe.each(cases)("an aggregate that would be %s, of %j", (code, reduce, resultOf) => {
  test("[A5] [A10] [A11] [A12] fails its job; the report that is too much does not count", () => {
    const bench = new Bench();
    bench.submit({ input: { kind: "list", total: 60 }, reduce });
    bench.join("ada");
    for (let electron = 0; bench.grid.job("j1"); electron++) {
      expect(electron).toBeLessThan(60);
      const lease = [...bench.grid.audit.leases.values()].find(({ over, next }) => !over && next === electron);
      bench.report("ada", lease!.id, electron, [resultOf(electron)]);
      bench.commit();
    }
    const { state, error, done, skipped, aggregate } = lastStatus(bench)!;
    expect({ state, code: error?.code, all: done + skipped }).toEqual({ state: "failed", code, all: 60 });
    const reducer = reducerOf(reduce);
    const expected = foldValues(
      reducer,
      Array.from({ length: done }, (_, i) => resultOf(i)),
    );
    expect(Buffer.from(aggregate!).equals(encodeValue(reducer.pack(expected)))).toBe(true);
  });

  test("[A12] [K3] is read back from a store all the same, and goes on", () => {
    const reducer = reducerOf(reduce);
    const half = (from: number) =>
      foldValues(
        reducer,
        Array.from({ length: 30 }, (_, i) => resultOf(from + i)),
        from,
      );
    const row = (from: number) => ({
      job: "j1",
      block: 0,
      span: { from, to: from + 30 },
      identity: "ada",
      at: 0,
      aggregate: encodeValue(reducer.pack(half(from))),
    });
    const grid = new Grid({ boot: 2, random: () => 0.5 });
    const none = { chunk: 1, error: null, startedAt: 0, endedAt: null, done: 0, dead: 0, skipped: 0, aggregate: null };
    const kept = { status: { ...none, state: "running" as const }, blocks: [], rows: [row(0), row(30)] };
    const rest = { grants: [], electrons: [], keptBytes: 0, lastEvent: 2 };
    grid.restore(
      specOf({ input: { kind: "list", total: 61 }, reduce }),
      (_, to) => to,
      { ...kept, ...rest },
      { mono: 0, wall: 0 },
    );
    expect(grid.read("j1", 0)).toMatchObject({ state: "running", done: 60 });
  });
});
