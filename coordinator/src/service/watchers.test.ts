import type { JobView } from "@valence/shared/job-view";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TELL_MS, WATCH_INTERVAL_MS, WATCH_PAUSE_MS_MAX, Watchers } from "./watchers.js";

let version: number | null;
let reads: number;
let watchers: Watchers;
beforeEach(() => {
  vi.useFakeTimers();
  version = 1;
  reads = 0;
  const view = async () => {
    reads += 1;
    return { id: "j1", rate: version ?? -1 } as JobView;
  };
  watchers = new Watchers({ version: () => version, view, onFault: (error) => expect.unreachable(String(error)) });
});
afterEach(() => vi.useRealTimers());

test("many changes are told as one, the latest, at most 4 a second; and read once for all who watch", async () => {
  const heard: number[] = [];
  watchers.add("j1", ({ rate }) => heard.push(rate));
  watchers.add("j1", ({ rate }) => heard.push(rate));
  for (version = 2; version < 9; version++) watchers.wake();
  await vi.advanceTimersByTimeAsync(WATCH_INTERVAL_MS);
  expect(heard).toEqual([9, 9]);
  expect(reads).toBe(1);
});

test("what has not changed is not told, what ended is told once", async () => {
  const heard: number[] = [];
  watchers.add("j1", ({ rate }) => heard.push(rate));
  for (const next of [1, 1, null, null]) {
    version = next;
    watchers.wake();
    await vi.advanceTimersByTimeAsync(WATCH_INTERVAL_MS);
  }
  expect(heard).toEqual([1, -1]);
});

test("who has left hears nothing", async () => {
  const leave = watchers.add("j1", () => expect.unreachable());
  leave();
  watchers.wake();
  await vi.advanceTimersByTimeAsync(WATCH_INTERVAL_MS);
  expect(reads).toBe(0);
});

test("of many some are told in each turn of the loop; who comes or leaves meanwhile is not among them", async () => {
  let now = 0;
  const view = async () => ({ id: "j1" }) as JobView;
  const onFault = (error: unknown) => expect.unreachable(String(error));
  watchers = new Watchers({ version: () => null, view, onFault, now: () => now });
  const told: number[] = [];
  const tell = (n: number) => () => {
    told.push(n);
    now += TELL_MS / 2;
  };
  const leaves = [1, 2, 3, 4].map((n) => watchers.add("j1", tell(n)));
  watchers.wake();
  for (let turn = 0; turn < 9; turn++) await Promise.resolve();
  expect(told).toEqual([1, 2]);
  leaves[2]?.();
  watchers.add("j1", tell(5));
  await vi.advanceTimersToNextTimerAsync();
  expect(told).toEqual([1, 2, 4]);
});

test("what takes long to tell is told less often, and nothing else is", async () => {
  let now = 0;
  const versions = new Map([
    ["large", 1],
    ["small", 1],
  ]);
  const told: string[] = [];
  const view = async (job: string) => {
    now += job === "large" ? 200 : 0;
    return { id: job, rate: versions.get(job) } as JobView;
  };
  const onFault = (error: unknown) => expect.unreachable(String(error));
  watchers = new Watchers({ version: (job) => versions.get(job) ?? null, view, onFault, now: () => now });
  for (const job of versions.keys()) watchers.add(job, ({ id, rate }) => told.push(`${id} ${rate}`));
  const pass = async (ms: number) => {
    now += ms;
    await vi.advanceTimersByTimeAsync(ms);
  };
  for (let version = 2; version < 9; version++) {
    for (const job of versions.keys()) versions.set(job, version);
    watchers.wake();
    await pass(WATCH_INTERVAL_MS);
  }
  // The first took 200 ms and ended at 450: the next one is due at 2,250, and is the latest then.
  expect(told.filter((line) => line.startsWith("large"))).toEqual(["large 2"]);
  await pass(2 * WATCH_INTERVAL_MS);
  expect(told.filter((line) => line.startsWith("large"))).toEqual(["large 2", "large 8"]);
  expect(told.filter((line) => line.startsWith("small"))).toHaveLength(7);
});

test("the first change after a pause is told at once, the next ones a quarter of a second apart", async () => {
  let now = 0;
  const onFault = (error: unknown) => expect.unreachable(String(error));
  const view = async () => ({ id: "j1", rate: version }) as JobView;
  watchers = new Watchers({ version: () => version, view, onFault, now: () => now });
  const told: [number, number][] = [];
  watchers.add("j1", ({ rate }) => told.push([now, rate]));
  for (; now < 3 * WATCH_INTERVAL_MS; now++) {
    version = now;
    watchers.wake(["j1"]);
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(told).toEqual([0, 1, 2].map((n) => [n * WATCH_INTERVAL_MS, n * WATCH_INTERVAL_MS]));
});

test(`[M1] a view that takes a second pauses for nine; one that takes longer for ${WATCH_PAUSE_MS_MAX / 1_000} s at most`, async () => {
  let now = 0;
  let takesMs = 1_000;
  const view = async () => {
    now += takesMs;
    return { id: "j1" } as JobView;
  };
  watchers = new Watchers({
    version: () => version,
    view,
    onFault: (error) => expect.unreachable(String(error)),
    now: () => now,
  });
  const told: number[] = [];
  watchers.add("j1", () => told.push(now));
  const passTo = async (end: number) => {
    for (; now < end; now++) {
      version = now;
      watchers.wake(["j1"]);
      await vi.advanceTimersByTimeAsync(1);
    }
  };
  await passTo(9_999);
  expect(told).toEqual([1_000]);
  takesMs = 60_000;
  await passTo(70_000);
  expect(told).toEqual([1_000, 70_000]);
  await passTo(79_999);
  expect(told).toHaveLength(2);
  await passTo(80_001);
  expect(told).toHaveLength(3);
});

test("the end is told at once, and to those of the jobs that have changed alone", async () => {
  const heard: number[] = [];
  watchers.add("j1", ({ rate }) => heard.push(rate));
  watchers.wake();
  await vi.advanceTimersByTimeAsync(0);
  version = null;
  watchers.wake(["j2"]);
  await vi.advanceTimersByTimeAsync(WATCH_INTERVAL_MS);
  expect(heard).toEqual([1]);
  watchers.wake(["j1", "j2"]);
  await vi.advanceTimersByTimeAsync(0);
  expect(heard).toEqual([1, -1]);
});

test("a job that ends while it is being told is told once more, and its end comes last", async () => {
  const reading: (() => void)[] = [];
  const view = async () => {
    const rate = version ?? -1;
    await new Promise<void>((resolve) => reading.push(resolve));
    return { id: "j1", rate } as JobView;
  };
  watchers = new Watchers({ version: () => version, view, onFault: (error) => expect.unreachable(String(error)) });
  const heard: number[] = [];
  watchers.add("j1", ({ rate }) => heard.push(rate));
  watchers.wake();
  await vi.advanceTimersByTimeAsync(0);
  version = null;
  watchers.wake(["j1"]);
  await vi.advanceTimersByTimeAsync(0);
  expect(reading).toHaveLength(1);
  reading[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  reading[1]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(heard).toEqual([1, -1]);
});
