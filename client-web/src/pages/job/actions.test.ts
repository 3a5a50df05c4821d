import type { JobState } from "@valence/shared/job-state";
import { expect, test } from "vitest";
import { actionsFor } from "./actions.js";

const namesFor = (state: JobState, dead = 0) => {
  const progress = { total: 9, done: 1, leased: 0, waiting: 0, dead, skipped: 0 };
  return actionsFor({ state, progress }).map(({ name }) => name);
};

test("a job can be steered until it has ended, and deleted then", () => {
  expect(namesFor("queued")).toEqual(["pause", "cancel"]);
  expect(namesFor("running")).toEqual(["pause", "cancel"]);
  expect(namesFor("paused")).toEqual(["resume", "cancel"]);
  for (const state of ["succeeded", "failed", "cancelled"] as const) expect(namesFor(state)).toEqual(["delete"]);
});

test("what failed for good can be tried again, in any state", () => {
  expect(namesFor("running", 2)).toEqual(["pause", "retry", "cancel"]);
  expect(namesFor("failed", 1)).toEqual(["retry", "delete"]);
});

test("what cannot be undone is asked about first", () => {
  const all = [
    ...actionsFor({ state: "running", progress: progressOf(1) }),
    ...actionsFor({ state: "failed", progress: progressOf(1) }),
  ];
  expect(all.filter(({ question }) => question !== undefined).map(({ name }) => name)).toEqual(["cancel", "delete"]);
});

function progressOf(dead: number) {
  return { total: 9, done: 1, leased: 0, waiting: 0, dead, skipped: 0 };
}
