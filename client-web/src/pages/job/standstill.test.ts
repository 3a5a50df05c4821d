import type { ExplainView, JobView } from "@valence/shared/job-view";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Standstill } from "./standstill.js";

const progress = { total: 10, done: 3, leased: 2, waiting: 0, dead: 0, skipped: 0 };
const RUNS: Pick<JobView, "state" | "progress" | "rate"> = {
  state: "running",
  progress,
  rate: 10,
};
const STILL = { ...RUNS, progress: { ...progress, leased: 0 } };
const PAUSED = { ...STILL, state: "paused" as const };

let asked = 0;
let answer: string[] = [];
let standstill: Standstill;
beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  answer = ["no_volunteers"];
  standstill = new Standstill(async () => {
    asked += 1;
    const reasons = answer.map((code) => ({ code, message: code, count: null, until: null }));
    return { job: "j1", state: "running", deadline: null, reasons } satisfies ExplainView;
  });
});
afterEach(() => {
  standstill.close();
  vi.useRealTimers();
});
const codes = () => standstill.reasons.value.map(({ code }) => code);

test("[U8] a job that stands still when the page is opened is asked about at once, and then every 5 s", async () => {
  standstill.see(STILL);
  await vi.advanceTimersByTimeAsync(0);
  expect([asked, codes()]).toEqual([1, ["no_volunteers"]]);
  answer = ["foreign_atom"];
  for (let i = 0; i < 20; i++) standstill.see({ ...STILL });
  await vi.advanceTimersByTimeAsync(4_999);
  expect(asked).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect([asked, codes()]).toEqual([2, ["foreign_atom"]]);
});

test("[U8] one that stands still for a moment between two leases is not asked about", async () => {
  standstill.see(RUNS);
  for (let i = 0; i < 20; i++) {
    standstill.see(STILL);
    await vi.advanceTimersByTimeAsync(250);
    standstill.see(RUNS);
    await vi.advanceTimersByTimeAsync(250);
  }
  expect(asked).toBe(0);
  standstill.see(STILL);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([asked, codes()]).toEqual([1, ["no_volunteers"]]);
});

test("[U8] whoever steers it hears at once why it stands still, and nothing any more when it goes on or ends", async () => {
  standstill.see(STILL);
  await vi.advanceTimersByTimeAsync(0);
  answer = ["paused", "no_volunteers"];
  standstill.see(PAUSED);
  await vi.advanceTimersByTimeAsync(0);
  expect([asked, codes()]).toEqual([2, ["paused"]]);
  standstill.see(RUNS);
  expect(codes()).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(2);
});

test("[U8] somebody at work on it is no reason", async () => {
  answer = ["behind_other_jobs", "running"];
  standstill.see({ ...RUNS, rate: 0 });
  await vi.advanceTimersByTimeAsync(0);
  expect([asked, codes()]).toEqual([1, []]);
});
