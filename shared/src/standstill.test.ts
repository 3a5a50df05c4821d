import { expect, test } from "vitest";
import type { JobView } from "./job-view.js";
import { keepingReasons, standsStill, turnAt } from "./standstill.js";

const progress = { total: 10, done: 3, leased: 2, waiting: 0, dead: 0, skipped: 0 };
const RUNNING = { state: "running", progress, rate: 1 } as const;

test.each<[string, Partial<JobView>, boolean]>([
  ["one that runs", {}, false],
  ["one that nobody has begun", { state: "queued", rate: 0 }, true],
  ["one that is paused", { state: "paused" }, true],
  ["one of which nothing is out", { progress: { ...progress, leased: 0 } }, true],
  ["one of which nothing has come for long", { rate: 0 }, true],
  ["one that has failed", { state: "failed", rate: 0 }, false],
])("whether a job stands still: %s", (_, change, still) => expect(standsStill({ ...RUNNING, ...change })).toBe(still));

const STILL = { ...RUNNING, progress: { ...progress, leased: 0 } } as const;
const PAUSED = { ...STILL, state: "paused" } as const;

test.each([
  ["first seen at work", null, RUNNING, "over"],
  ["first seen still", null, STILL, "steered"],
  ["at work, then still", RUNNING, STILL, "stopped"],
  ["still, and still", STILL, { ...STILL }, "same"],
  ["still, then at work", STILL, RUNNING, "over"],
  ["at work, then paused", RUNNING, PAUSED, "steered"],
  ["still, then paused", STILL, PAUSED, "steered"],
  ["paused, then resumed", PAUSED, STILL, "steered"],
  ["paused, then cancelled", PAUSED, { ...PAUSED, state: "cancelled" }, "over"],
] as const)("what a view means: %s", (_, before, view, turn) => expect(turnAt(view, before)).toBe(turn));

test.each([
  [
    ["foreign_atom", "behind_other_jobs"],
    ["foreign_atom", "behind_other_jobs"],
  ],
  [["no_volunteers", "measuring"], ["no_volunteers"]],
  [["measuring"], ["measuring"]],
  [["paused", "no_volunteers", "back_off"], ["paused"]],
  [["back_off", "dead_letters"], ["back_off"]],
  [["dead_letters"], ["dead_letters"]],
  [["behind_other_jobs", "running"], []],
])("of %j it is kept by %j", (given, kept) => {
  const reasons = given.map((code) => ({ code, message: "", count: null, until: null }));
  expect(keepingReasons(reasons).map(({ code }) => code)).toEqual(kept);
});
