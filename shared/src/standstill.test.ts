import { expect, test } from "vitest";
import type { JobView } from "./job-view.js";
import { keepingReasons, standsStill } from "./standstill.js";

const progress = { total: 10, done: 3, leased: 2, waiting: 0, dead: 0, skipped: 0 };
const RUNNING = { state: "running", progress, eta: { lowMs: 1, highMs: 2 } } as const;

test.each<[string, Partial<JobView>, boolean]>([
  ["one that runs", {}, false],
  ["one that nobody has begun", { state: "queued", eta: null }, true],
  ["one that is paused", { state: "paused" }, true],
  ["one of which nothing is out", { progress: { ...progress, leased: 0 } }, true],
  ["one of which nothing has come for long", { eta: null }, true],
  ["one that has failed", { state: "failed", eta: null }, false],
])("whether a job stands still: %s", (_, change, still) => expect(standsStill({ ...RUNNING, ...change })).toBe(still));

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
