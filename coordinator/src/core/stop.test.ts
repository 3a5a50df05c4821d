import { encodeValue } from "@valence/shared/value-codec";
import { beforeEach, describe, expect, test } from "vitest";
import { Bench, type SpecChanges, specOf } from "./fixtures.js";
import { Grid } from "./grid.js";
import { foldValues } from "./reduce/fold-values.js";
import { reducerOf } from "./reduce/reducer-of.js";
import { STOP_ELECTRONS_MIN } from "./stop.js";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

/** 2, give or take: half the interval of 30 is 1.96 · 1.017 / √30 = 0.364, that of 31 is 0.359. */
const aroundTwo = (electron: number) => (electron % 2 === 0 ? 1 : 3);
const meanUntil = (halfWidth: number, changes: SpecChanges = {}): SpecChanges => ({
  input: { kind: "list", total: 1_000 },
  reduce: "mean",
  policy: { stopWhen: { halfWidth } },
  ...changes,
});

/** Reports electrons one by one, each in its own commit, until the job has left the core; gives how many. */
function reportUntilEnd(resultOf: (electron: number) => unknown, most = 1_000): number {
  let electron = 0;
  for (; bench.grid.job("j1") && electron < most; electron++) report(electron, resultOf(electron));
  return electron;
}

function report(electron: number, result: unknown): void {
  const lease = [...bench.grid.audit.leases.values()].find(({ over, next }) => !over && next === electron);
  bench.report("ada", lease!.id, electron, [result]);
  bench.commit();
}

const lastStatus = () => bench.written.findLast((write) => write.type === "status")?.status;
const lastEvent = () => bench.written.findLast((write) => write.type === "event")?.event;

describe("[S10] a job that stops when its mean is known", () => {
  test("looks from the thirtieth electron on, however narrow the interval is before", () => {
    bench.submit(meanUntil(1));
    bench.join("ada");
    expect(reportUntilEnd(aroundTwo)).toBe(STOP_ELECTRONS_MIN);
    expect(lastStatus()).toMatchObject({ state: "succeeded", error: null, done: 30, skipped: 970 });
    expect(JSON.parse(lastEvent()!.body)).toEqual({ stopped: true });
    expect(bench.told("ada", "forget")).toHaveLength(1);
  });

  test("stops when half the interval is at most that share of the mean, and not one electron earlier", () => {
    const halfOf = (n: number) => {
      const values = Array.from({ length: n }, (_, i) => aroundTwo(i));
      const { low, high, mean } = reducerOf("mean").read(foldValues(reducerOf("mean"), values)) as Record<
        string,
        number
      >;
      return (high! - low!) / 2 / mean!;
    };
    bench.submit(meanUntil(halfOf(100)));
    bench.join("ada");
    expect(reportUntilEnd(aroundTwo)).toBe(100);
    const status = lastStatus()!;
    expect(status).toMatchObject({ done: 100, skipped: 900 });
    const expected = foldValues(
      reducerOf("mean"),
      Array.from({ length: 100 }, (_, i) => aroundTwo(i)),
    );
    expect(status.aggregate).toEqual(encodeValue(reducerOf("mean").pack(expected)));
  });

  test("ends in the commit of the report that makes it known, and kills what still runs", () => {
    bench.submit(meanUntil(1));
    bench.join("ada");
    reportUntilEnd(aroundTwo, 29);
    bench.join("bob");
    bench.commit();
    const lease = [...bench.grid.audit.leases.values()].find(({ over, next }) => !over && next === 29);
    bench.report("ada", lease!.id, 29, [3]);
    expect([bench.grid.job("j1")?.state, bench.read().state, bench.read().done]).toEqual(["succeeded", "running", 29]);
    bench.commit();
    expect(bench.grid.job("j1")).toBeUndefined();
    expect(bench.told("bob", "revoke").at(-1)).toMatchObject({ kill: true, code: "job_ended" });
  });

  test("counts electrons, and not the items of a chunk or the numbers of a result", () => {
    bench.submit(meanUntil(1, { input: { kind: "range", from: 0, total: 10_000, chunk: 100 } }));
    bench.join("ada");
    expect(reportUntilEnd(() => ({ n: 100, sum: 200, sumSquares: 500 }))).toBe(30);
    expect(lastStatus()).toMatchObject({ done: 3_000, skipped: 7_000 });
  });

  test("never stops for a mean of 0, of nothing, or of one number", () => {
    for (const result of [0, { n: 0, sum: 0, sumSquares: 0 }]) {
      bench = new Bench();
      bench.submit(meanUntil(1));
      bench.join("ada");
      expect(reportUntilEnd(() => result, 100)).toBe(100);
      expect(bench.read().state).toBe("running");
    }
  });

  test("has not stopped early when the last electron makes it known", () => {
    bench.submit(meanUntil(1, { input: { kind: "list", total: 30 } }));
    bench.join("ada");
    reportUntilEnd(aroundTwo);
    expect(lastStatus()).toMatchObject({ state: "succeeded", done: 30, skipped: 0 });
    expect(JSON.parse(lastEvent()!.body)).toEqual({});
  });

  test("goes to its end when its mean is never known that well", () => {
    bench.submit(meanUntil(1e-9, { input: { kind: "list", total: 64 } }));
    bench.join("ada");
    expect(reportUntilEnd(aroundTwo)).toBe(64);
  });

  test("stops while it is paused, by what still ran", () => {
    bench.submit(meanUntil(1));
    bench.join("ada");
    reportUntilEnd(aroundTwo, 29);
    bench.control("j1", { type: "pause" });
    report(29, 3);
    expect(lastStatus()).toMatchObject({ state: "succeeded", skipped: 970 });
  });

  test("remembers what was reported before a restart", () => {
    const mean = reducerOf("mean");
    const half = foldValues(
      mean,
      Array.from({ length: 29 }, (_, i) => aroundTwo(i)),
    );
    const aggregate = encodeValue(mean.pack(half));
    const none = { chunk: 1, error: null, startedAt: 0, endedAt: null, done: 0, dead: 0, skipped: 0, aggregate: null };
    const row = { job: "j1", block: 0, span: { from: 0, to: 29 }, identity: "ada", at: 0, aggregate };
    const kept = { status: { ...none, state: "running" as const }, blocks: [], rows: [row] };
    bench = new Bench(2);
    bench.restore(specOf(meanUntil(1)), { ...kept, grants: [], electrons: [], keptBytes: 0, lastEvent: 2 });
    bench.join("ada");
    report(29, 3);
    expect(lastStatus()).toMatchObject({ state: "succeeded", done: 30, skipped: 970 });
  });
});

test("a spec of an earlier version, without the field, never stops", () => {
  const grid = new Grid({ boot: 1, random: () => 0.5 });
  const spec = specOf({ reduce: "mean" });
  const { stopWhen: _, ...policy } = spec.policy;
  const none = { chunk: 1, error: null, startedAt: 0, endedAt: null, done: 0, dead: 0, skipped: 0, aggregate: null };
  const kept = { status: { ...none, state: "running" as const }, blocks: [], rows: [], grants: [], electrons: [] };
  const now = { mono: 0, wall: 0 };
  grid.restore(
    { ...spec, policy: policy as typeof spec.policy },
    (_, to) => to,
    { ...kept, keptBytes: 0, lastEvent: 0 },
    now,
  );
  expect(grid.job("j1")).toMatchObject({ claimed: null, state: "running" });
});
