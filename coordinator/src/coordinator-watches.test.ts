import type { JobView } from "@valence/shared/job-view";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WATCH_INTERVAL_MS } from "./service/watchers.js";
import { ADA, MemoryGrid } from "./testing/memory-grid.js";

let grid: MemoryGrid;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  grid = await MemoryGrid.open({ eventsKeptMax: 10 });
});
afterEach(async () => {
  await grid.close();
  vi.useRealTimers();
});

test("a watched job that is deleted before its end is told is no fault, and the others are told", async () => {
  const body = { input: { list: [1] }, reduce: "sum" };
  const [deleted, other] = [await grid.submit(body), await grid.submit(body)];
  const seen: JobView[] = [];
  await grid.coordinator.watch(deleted, ADA, () => {});
  await grid.coordinator.watch(other, ADA, (view) => seen.push(view));
  await grid.work(2, 7);
  await grid.coordinator.delete(deleted, ADA);
  await vi.advanceTimersByTimeAsync(WATCH_INTERVAL_MS);
  expect(seen.at(-1)).toMatchObject({ id: other, state: "succeeded" });
  expect(grid.logged).not.toContainEqual(expect.objectContaining({ level: "error" }));
});
