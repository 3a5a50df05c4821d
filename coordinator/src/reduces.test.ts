/** Each reduce through the whole coordinator: HTTP, sockets, the disk and a restart, with volunteers that speak the protocol. */
import type { Mean } from "@valence/shared/aggregate";
import type { JobView, PropertiesView } from "@valence/shared/job-view";
import type { ReduceRule } from "@valence/shared/reduce-rule";
import type { Value } from "@valence/shared/value";
import { toJson } from "@valence/shared/value-json";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { plainFold } from "./core/reduce/plain-fold.js";
import { computingVolunteer, type RealGrid, realGrid } from "./testing/real-grid.js";
import type { FakeVolunteer } from "./testing/socket-grid.js";

let grid: RealGrid;
const volunteers: FakeVolunteer[] = [];
beforeEach(async () => {
  grid = await realGrid();
  await grid.publish("(x) => x");
});
afterEach(async () => {
  for (const volunteer of volunteers.splice(0)) volunteer.socket.disconnect();
  await grid.dispose();
});

const ended = (view: JobView) => ["succeeded", "failed"].includes(view.state);

async function join(resultOf: (electron: number) => Value): Promise<FakeVolunteer> {
  const volunteer = await computingVolunteer(grid, (_, electron) => resultOf(electron));
  volunteers.push(volunteer);
  return volunteer;
}

async function linesOf(path: string): Promise<PropertiesView[]> {
  const text = await (await grid.call("GET", path)).text();
  const lines = text.trim().split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

/** Scattered over [−1, 1), with each number coming twice. */
function number(electron: number): number {
  return (((electron >> 1) * 7_919) % 2_000) / 1_000 - 1;
}

const bins = { histogram: { from: -0.5, to: 0.5, bins: 8 } };
const scored = (i: number): Value => ({ score: number(i), name: `n${i % 10}` });
const words = ["constructor", "toString", "a", "b"];
const pairs = (i: number): Value => [
  [words[i % 4] ?? "", i],
  [`k${i % 50}`, 0.1],
];

const cases: readonly { rule: ReduceRule; resultOf: (electron: number) => Value }[] = [
  { rule: bins, resultOf: number },
  { rule: bins, resultOf: (i) => Float64Array.of(number(i), number(i + 5), Number.POSITIVE_INFINITY) },
  { rule: { top: 5 }, resultOf: number },
  { rule: { top: 5, by: "score" }, resultOf: scored },
  { rule: { each: "sum", keysMax: 54 }, resultOf: pairs },
  { rule: { each: { n: "count", best: { top: 2 } } }, resultOf: (i) => [[`k${i % 3}`, { n: null, best: i }]] },
  {
    rule: { sizes: bins, best: { top: 2, by: "score" }, words: { each: "mean" } },
    resultOf: (i) => ({ sizes: number(i), best: scored(i), words: pairs(i) }),
  },
];

test.each(cases)(
  "[A1] [A8] [K3] $rule gives what a plain fold gives, through a restart, and keeps the results beside it",
  async ({ rule, resultOf }) => {
    const total = 4_000;
    const input = { range: { from: 0, to: total, chunk: 1 } };
    const { id } = await grid.submit({ atom: "atom", input, reduce: rule, keep: true });
    const first = await join(resultOf);
    await grid.until(id, (view) => view.progress.done > 0);
    first.say({ type: "goodbye" });
    await first.until("bye");
    await grid.restart();
    await join(resultOf);
    const { result } = await grid.until(id, ended);
    const values = Array.from({ length: total }, (_, i) => resultOf(i));
    expect(result).toEqual(toJson(plainFold(rule, values)));
    const kept = await linesOf(`/jobs/${id}/results?from=3990`);
    expect(kept.map((line) => line.result)).toEqual(values.slice(3_990).map(toJson));
  },
);

describe("more keys than an aggregate may have", () => {
  test.each<[ReduceRule, (electron: number) => Value]>([
    [{ each: "sum", keysMax: 99 }, (i) => [[`key ${i % 100}`, 1]]],
    [{ a: { each: { each: "sum", keysMax: 9 } } }, (i) => ({ a: [["all", [[`key ${i % 10}`, 1]]]] })],
  ])(
    "[A11] [M1] fail a job of %j, the report does not count, and the coordinator starts again",
    async (reduce, resultOf) => {
      await join(resultOf);
      const { id } = await grid.submit({ atom: "atom", input: { range: { from: 0, to: 4_000, chunk: 1 } }, reduce });
      const view = await grid.until(id, ended);
      expect(view).toMatchObject({ state: "failed", error: { code: "too_many_keys" } });
      const { total, done, skipped } = view.progress;
      expect([done + skipped, done < total]).toEqual([total, true]);
      await grid.restart();
      expect(await (await grid.call("GET", `/jobs/${id}`)).json()).toEqual(view);
    },
  );

  test("[A11] do not come of as many as it may have", async () => {
    await join((electron) => [[`key ${electron % 100}`, 1]]);
    const reduce = { each: "sum", keysMax: 100 };
    const { id } = await grid.submit({ atom: "atom", input: { range: { from: 0, to: 400, chunk: 1 } }, reduce });
    const view = await grid.until(id, ended);
    expect([view.state, Object.values(view.result as object)]).toEqual(["succeeded", new Array(100).fill(4)]);
  });
});

describe("[S10] a mean that is to be known to 2 %", () => {
  const job = {
    atom: "atom",
    input: { range: { from: 0, to: 1e9, chunk: 1_000 } },
    reduce: "mean",
    policy: { stopWhen: { halfWidth: 0.02 } },
  };
  const around = (electron: number) => ({ n: 1_000, sum: 2_000 + number(electron), sumSquares: 5_000 });

  test("ends its job as soon as it is, and stays so through a restart", async () => {
    const { id, stopped } = await grid.submit(job);
    expect(stopped).toBe(false);
    await join(around);
    const view = await grid.until(id, ended);
    expect(view).toMatchObject({ state: "succeeded", stopped: true, error: null });
    const { total, done, skipped } = view.progress;
    expect([done + skipped, done >= 30_000, done < 100_000_000]).toEqual([total, true, true]);
    const { low, high, mean } = view.result as Mean;
    expect((high! - low!) / 2).toBeLessThanOrEqual(0.02 * mean);
    await grid.restart();
    expect(await (await grid.call("GET", `/jobs/${id}`)).json()).toEqual(view);
  });

  test("is still looked at after a restart, with what was reported before", async () => {
    const { id } = await grid.submit({ ...job, policy: { stopWhen: { halfWidth: 0.0001 } } });
    const first: FakeVolunteer = await join((electron) => {
      if (electron === 5_000) first.socket.disconnect();
      return around(electron);
    });
    await grid.until(id, (view) => view.progress.done > 0);
    await grid.restart();
    const before = (await (await grid.call("GET", `/jobs/${id}`)).json()) as JobView;
    expect(before).toMatchObject({ state: "running", stopped: false });
    await join(around);
    const view = await grid.until(id, ended);
    expect(view).toMatchObject({ state: "succeeded", stopped: true });
    // 1.96 / √n ≤ 2 · 0.0001, and a report of up to 4,096 electrons more.
    expect(view.progress.done).toBeGreaterThan(96_000_000);
    expect(view.progress.done).toBeLessThan(96_100_000 + 4_096_000);
  });

  test("is not stopped when all is computed", async () => {
    await join(around);
    const { id } = await grid.submit({ ...job, input: { range: { from: 0, to: 20_000, chunk: 1_000 } } });
    expect(await grid.until(id, ended)).toMatchObject({
      state: "succeeded",
      stopped: false,
      progress: { done: 20_000 },
    });
  });
});

test("a job reads the rule that it was submitted with, and its deadline, also when it has ended and after a restart", async () => {
  const each = { each: { histogram: { from: 0, to: 1, bins: 2 } } };
  const deadline = new Date(Date.now() + 3_600_000).toISOString();
  const { id } = await grid.submit({ atom: "atom", input: { list: [1] }, reduce: each, policy: { deadline } });
  const bare = await grid.submit({ atom: "atom", input: { list: [1] } });
  const read = async (of: string) => (await (await grid.call("GET", `/jobs/${of}`)).json()) as JobView;
  expect(await read(id)).toMatchObject({ reduce: each, deadline });
  expect(await read(bare.id)).toMatchObject({ reduce: null, deadline: null });
  await grid.call("POST", `/jobs/${id}/cancel`);
  await grid.restart();
  expect(await read(id)).toMatchObject({ state: "cancelled", reduce: each, deadline });
});

test.each<[ReduceRule, Value, Value]>([
  [bins, Number.NaN, 0.25],
  [{ top: 3, by: "score" }, { score: "9" }, { score: 1 }],
  [{ each: "sum" }, [["__proto__", 1]], [["constructor", 1]]],
])("[F6] what %j cannot fold is a bad result, and its neighbours count", async (reduce, bad, good) => {
  await join((electron) => (electron === 3 ? bad : good));
  const policy = { attemptsMax: 1, onFailure: { tolerate: 0.1 } };
  const { id } = await grid.submit({ atom: "atom", input: { range: { from: 0, to: 10, chunk: 1 } }, reduce, policy });
  const view = await grid.until(id, ended);
  expect(view).toMatchObject({ state: "succeeded", progress: { done: 9, dead: 1 } });
  expect(view.result).toEqual(toJson(plainFold(reduce, new Array<Value>(9).fill(good))));
  const letters = await (await grid.call("GET", `/jobs/${id}/dead-letters`)).json();
  expect(letters).toMatchObject({ items: [{ electron: 3, errors: [{ code: "bad_result" }] }] });
});
