import type { JobView } from "@valence/shared/job-view";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WATCH_INTERVAL_MS, Watchers } from "./watchers.js";

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
