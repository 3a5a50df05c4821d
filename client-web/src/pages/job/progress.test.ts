import type { JobView } from "@valence/shared/job-view";
import fc from "fast-check";
import { expect, test } from "vitest";
import { paceOf } from "./pace.js";
import { partsOf } from "./progress-parts.js";

const NOW = Date.parse("2026-11-01T00:10:00.000Z");
const JOB: Parameters<typeof paceOf>[0] = {
  state: "running",
  progress: { total: 100, done: 50, leased: 0, waiting: 0, dead: 0, skipped: 0 },
  rate: 12.5,
  eta: { lowMs: 60_000, highMs: 240_000 },
  createdAt: "2026-11-01T00:00:00.000Z",
  startedAt: "2026-11-01T00:05:00.000Z",
  endedAt: null,
};

test("a job that runs tells how fast it is and how long it still takes", () => {
  expect(paceOf(JOB, NOW)).toEqual([
    ["Rate", "12.5 items/s"],
    ["Left", "1 to 4 min"],
    ["Since its start", "5 min"],
  ]);
  expect(paceOf({ ...JOB, rate: 0, eta: null }, NOW).slice(0, 2)).toEqual([
    ["Rate", "–"],
    ["Left", "not known yet"],
  ]);
});

test("one that waits, rests or has ended tells what it can", () => {
  const names = (job: Partial<JobView>) => paceOf({ ...JOB, ...job }, NOW).map(([name]) => name);
  expect(paceOf({ ...JOB, state: "queued", startedAt: null }, NOW)).toEqual([["Since its creation", "10 min"]]);
  expect(names({ state: "paused" })).toEqual(["Since its start"]);
  expect(paceOf({ ...JOB, state: "succeeded", endedAt: "2026-11-01T00:05:10.000Z" }, NOW)).toEqual([
    ["Took", "10 s"],
    ["On average", "5 items/s"],
  ]);
  expect(names({ state: "cancelled", startedAt: null, endedAt: JOB.createdAt })).toEqual(["Took"]);
});

test("the parts of a job sum to its total", () => {
  const count = fc.nat(1_000_000);
  fc.assert(
    fc.property(fc.tuple(count, count, count, count, count, count), ([done, leased, waiting, dead, skipped, ready]) => {
      const total = done + leased + waiting + dead + skipped + ready;
      const parts = partsOf({ total, done, leased, waiting, dead, skipped });
      expect(parts.map(({ items }) => items)).toEqual([done, leased, waiting, dead, skipped, ready]);
    }),
  );
});
