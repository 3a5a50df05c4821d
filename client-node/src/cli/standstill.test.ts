import type { ExplainView, JobView } from "@valence/shared/job-view";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { JOB } from "../testing/fake-grid.js";
import { Standstill } from "./standstill.js";

const QUEUED: JobView = { ...JOB, state: "queued", rate: 0, eta: null };
const EXPLAINED: ExplainView = {
  job: "j1",
  state: "queued",
  deadline: null,
  reasons: [{ code: "foreign_atom", message: "Strangers' atoms are refused.", count: 1, until: null }],
};

let asked = 0;
let told: string[][] = [];
let answer: () => Promise<ExplainView>;
let standstill: Standstill;
beforeEach(() => {
  vi.useFakeTimers();
  [asked, told] = [0, []];
  answer = async () => EXPLAINED;
  standstill = new Standstill({
    explain: () => {
      asked += 1;
      return answer();
    },
    onReasons: (reasons) => told.push(reasons.map(({ code }) => code)),
  });
});
afterEach(() => {
  standstill.close();
  vi.useRealTimers();
});

test("a job that stands still for a second is asked about, and then every 5 s, until it goes on", async () => {
  standstill.see(QUEUED);
  await vi.advanceTimersByTimeAsync(999);
  standstill.see({ ...QUEUED });
  expect(asked).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect([asked, told]).toEqual([1, [["foreign_atom"]]]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toBe(2);
  standstill.see(JOB);
  expect(told.at(-1)).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(2);
});

test("an answer that comes when the job goes on is not told, and one that fails is tried again", async () => {
  let reply: (view: ExplainView) => void = () => {};
  answer = () => new Promise((resolve) => (reply = resolve));
  standstill.see(QUEUED);
  await vi.advanceTimersByTimeAsync(1_000);
  standstill.see(JOB);
  reply(EXPLAINED);
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual([[]]);

  answer = () => Promise.reject(new Error("away"));
  standstill.see(QUEUED);
  await vi.advanceTimersByTimeAsync(1_000);
  answer = async () => EXPLAINED;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told).toEqual([[], ["foreign_atom"]]);
});
