import type { JobView } from "@valence/shared/job-view";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LatestView } from "./latest-view.js";

const viewAt = (done: number) => ({ id: "j1", progress: { done } }) as unknown as JobView;
const doneOf = (latest: LatestView<JobView>) => latest.view.value.progress.done;

test("[U4] an answer that was on its way while something was pushed changes nothing", () => {
  const latest = new LatestView(viewAt(1), 0);
  latest.see(viewAt(5), 200); // pushed
  latest.see(viewAt(3), 100); // asked for before that
  expect(doneOf(latest)).toBe(5);
  latest.see(viewAt(6), 201);
  expect(doneOf(latest)).toBe(6);
});

test("[U4] in whatever order views come, the newest stays", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(), { minLength: 1 }), (times) => {
      const latest = new LatestView(viewAt(-1), -1);
      for (const time of times) latest.see(viewAt(time), time);
      expect(doneOf(latest)).toBe(Math.max(...times));
    }),
  );
});
