import type { JobState } from "@valence/shared/job-state";
import { expect, test } from "vitest";
import { actionsFor, mayRetry } from "./actions.js";

const namesFor = (state: JobState, retriable = false) => actionsFor(state, retriable).map(({ name }) => name);

test("a job can be steered until it has ended, and deleted then", () => {
  expect(namesFor("queued")).toEqual(["pause", "cancel"]);
  expect(namesFor("running")).toEqual(["pause", "cancel"]);
  expect(namesFor("paused")).toEqual(["resume", "cancel"]);
  for (const state of ["succeeded", "failed", "cancelled"] as const) expect(namesFor(state)).toEqual(["delete"]);
});

test("what failed for good can be tried again, in any state", () => {
  expect(namesFor("running", true)).toEqual(["pause", "retry", "cancel"]);
  expect(namesFor("failed", true)).toEqual(["retry", "delete"]);
});

test("[T2] nothing is tried again of what has not failed, nor from the deadline on", () => {
  const deadline = "2026-11-26T12:00:00.000Z";
  const at = Date.parse(deadline);
  expect([at - 1, at].map((now) => mayRetry({ progress: progressOf(1), deadline }, now))).toEqual([true, false]);
  expect(mayRetry({ progress: progressOf(1), deadline: null }, at)).toBe(true);
  expect(mayRetry({ progress: progressOf(0), deadline: null }, at)).toBe(false);
});

test("what cannot be undone is asked about first", () => {
  const all = [...actionsFor("running", true), ...actionsFor("failed", true)];
  expect(all.filter(({ question }) => question !== undefined).map(({ name }) => name)).toEqual(["cancel", "delete"]);
});

function progressOf(dead: number) {
  return { total: 9, done: 1, leased: 0, waiting: 0, dead, skipped: 0 };
}
