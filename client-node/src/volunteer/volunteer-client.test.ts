import { SourceRefused } from "@valence/shared/client/atom-sources";
import type { VolunteerNews } from "@valence/shared/client/news";
import { VolunteerClient, type VolunteerClientOptions } from "@valence/shared/client/volunteer-client";
import { unpackValues } from "@valence/shared/pack";
import type { Up } from "@valence/shared/protocol/up";
import { grantOf, jobOrder } from "@valence/shared/volunteer/fixtures";
import { afterEach, describe, expect, test } from "vitest";
import { InMemoryConductor } from "../conductor/in-memory.js";
import { threadExecutor } from "../executors/thread.js";
import { nodeClock } from "../node-clock.js";

/** Atoms by id; `process` alone. */
const ATOMS: Readonly<Record<string, string>> = {
  double: "({ from }) => from * 2",
  stuck: "({ from }) => { while (from === 3); return from; }",
  slow: "() => { for (const end = Date.now() + 20; Date.now() < end; ); return 1; }",
  loud: "(_, { log, fail }) => { log('hello'); fail('no', { retryable: false }); }",
};

type Report = Extract<Up, { type: "report" }>;
const isReport = (message: Up): message is Report => message.type === "report";
const ends = (lease: number, to: number) => (message: Up) =>
  isReport(message) && message.lease === lease && (message.failure !== null || endOf(message) === to);

let volunteer: VolunteerClient;
let conductor: InMemoryConductor;
let news: VolunteerNews[];

afterEach(leave);

async function leave(): Promise<void> {
  const ended = volunteer.stop("now");
  conductor.deliver({ type: "bye" });
  await ended;
}

function start(over: Partial<VolunteerClientOptions> = {}): void {
  conductor = new InMemoryConductor();
  news = [];
  volunteer = new VolunteerClient({
    slots: 2,
    conductor,
    executor: threadExecutor(),
    clock: nodeClock,
    sources: { get: sourceOf, close: () => {} },
    allowUnsandboxed: true,
    pins: [],
    hasToken: () => false,
    onNews: (item) => news.push(item),
    ...over,
  });
  conductor.connect();
}

async function sourceOf(atom: string): Promise<Uint8Array> {
  const process = ATOMS[atom];
  if (!process) throw new SourceRefused("unknown_atom", `no ${atom}`);
  return new TextEncoder().encode(`export default { name: "${atom}", process: ${process} };`);
}

function endOf(report: Report): number {
  return report.parts.reduce((end, part) => end + part.count, report.first);
}

function valuesOf(lease: number): unknown[] {
  const parts = conductor.heard.filter(isReport).flatMap((report) => (report.lease === lease ? report.parts : []));
  return parts.flatMap((part) => [...unpackValues(part.values, part.count)]);
}

describe("a volunteer", () => {
  test("works a lease and reports its results", async () => {
    start();
    conductor.deliver(jobOrder({ atom: "double" }), grantOf(1, { from: 5, to: 10 }));
    await conductor.until(ends(1, 10));
    expect(conductor.heard.slice(0, 2)).toEqual([
      { type: "holding", leases: [] },
      { type: "start", lease: 1 },
    ]);
    expect(valuesOf(1)).toEqual([10, 12, 14, 16, 18]);
    expect(volunteer.counters).toMatchObject({ electrons: 5, items: 5, failures: 0, busy: 0 });
    expect(news).toEqual([
      { type: "connected" },
      { type: "lease", slot: 0, job: "j1", atom: "double", from: 5, to: 10, attempt: 1 },
    ]);
  });

  test("[L5] kills an endless electron at its deadline, charges it alone, and works again", async () => {
    start();
    conductor.deliver(jobOrder({ atom: "stuck", timeoutMs: 200 }), grantOf(1));
    const last = await conductor.until(ends(1, 10));
    expect(last).toMatchObject({ failure: { code: "time_out" } });
    expect(endOf(last as Report)).toBe(3);
    expect(valuesOf(1)).toEqual([0, 1, 2]);
    expect(volunteer.counters).toMatchObject({ electrons: 3, failures: 1 });
    conductor.deliver(grantOf(2, { from: 4 }));
    await conductor.until(ends(2, 10));
    expect(valuesOf(2)).toEqual([4, 5, 6, 7, 8, 9]);
  });

  test("works every slot, and each its own lease", async () => {
    start();
    conductor.deliver(jobOrder({ atom: "double" }), grantOf(1), grantOf(2, { slot: 1, from: 10, to: 12 }));
    await Promise.all([conductor.until(ends(1, 10)), conductor.until(ends(2, 12))]);
    expect(valuesOf(2)).toEqual([20, 22]);
  });

  test("tells of failures and of what atoms say", async () => {
    start();
    conductor.deliver(jobOrder({ atom: "loud" }), grantOf(1));
    await conductor.until(ends(1, 10));
    expect(news.slice(2)).toMatchObject([
      { type: "log", slot: 0, atom: "loud", line: "hello" },
      { type: "failure", lease: 1, electron: 0, failure: { message: "no", retryable: false } },
    ]);
  });

  test("repeats on a new link what was not acknowledged on the old one", async () => {
    start();
    conductor.deliver(jobOrder({ atom: "double" }), grantOf(1));
    await conductor.until(ends(1, 10));
    conductor.disconnect();
    conductor.heard.length = 0;
    conductor.connect();
    await conductor.until((message) => message.type === "holding");
    expect(valuesOf(1)).toHaveLength(10);
    expect(volunteer.counters).toMatchObject({ electrons: 10 });
  });

  test("answers a probe", async () => {
    start();
    conductor.deliver(jobOrder({ atom: "slow" }), { type: "probe", job: "j1", slot: 1 });
    const probed = await conductor.until((message) => message.type === "probed");
    expect(probed).toMatchObject({ job: "j1", items: expect.any(Number) });
  });
});

describe("an atom that may not run here", () => {
  const declined = () => conductor.until((message) => message.type === "decline");

  test("[P7] is declined with a reason when it is a stranger's and there is no sandbox", async () => {
    start({ allowUnsandboxed: false });
    conductor.deliver(jobOrder({ atom: "double", own: true }), grantOf(1));
    expect(await declined()).toMatchObject({ atom: "double", code: "foreign_atom" });
    expect(news.at(-1)).toMatchObject({ type: "declined", message: expect.stringContaining("thread is no sandbox") });
  });

  test("[P7] may, when it is pinned, or published with the token that the client showed", async () => {
    for (const over of [
      { pins: ["double"] },
      { hasToken: () => true },
      { executor: { ...threadExecutor(), sandboxed: true } },
    ]) {
      start({ allowUnsandboxed: false, ...over });
      conductor.deliver(jobOrder({ atom: "double", own: "hasToken" in over }), grantOf(1));
      await conductor.until(ends(1, 10));
      await leave();
    }
  });

  test("is declined when its source cannot be had", async () => {
    start();
    conductor.deliver(jobOrder({ atom: "nowhere" }), grantOf(1));
    expect(await declined()).toMatchObject({ atom: "nowhere", code: "unknown_atom", message: "no nowhere" });
  });
});

describe("leaving", () => {
  test("`finish` lets the running electron end, gives the rest back, and waits for `bye`", async () => {
    start();
    conductor.deliver(jobOrder({ atom: "slow" }), grantOf(1, { to: 4_000 }), grantOf(2));
    await conductor.until(isReport);
    const ended = volunteer.stop();
    await conductor.until((message) => message.type === "goodbye");
    const returned = conductor.heard.flatMap((message) => (message.type === "return" ? [message.lease] : []));
    expect(returned).toEqual([2, 1]);
    conductor.deliver({ type: "ack", lease: 1, reported: 4_000 }, { type: "bye" });
    expect(await ended).toEqual({ reason: "stopped" });
    expect(conductor.closed).toBe(true);
  });

  test("`now` kills what would never end", async () => {
    start();
    conductor.deliver(jobOrder({ atom: "stuck" }), grantOf(1, { from: 3 }));
    await conductor.until((message) => message.type === "start");
    const ended = volunteer.stop("now");
    await conductor.until((message) => message.type === "goodbye");
    conductor.deliver({ type: "bye" });
    expect(await ended).toEqual({ reason: "stopped" });
  });

  test("a refusal for good is the end, one for a while is not", async () => {
    start();
    conductor.refuse("draining", 10);
    conductor.connect();
    conductor.refuse("forbidden", null);
    expect(await volunteer.ended).toEqual({ reason: "refused", code: "forbidden", message: "no" });
    expect(news.map((item) => item.type)).toEqual(["connected", "refused", "connected", "refused"]);
  });
});
