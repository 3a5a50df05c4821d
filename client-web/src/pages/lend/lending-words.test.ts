import { expect, test } from "vitest";
import type { LendingView } from "../../volunteer/lending.js";
import { lendingWords } from "./lending-words.js";

const BUSY = [{ slot: 0, job: "j1", atom: "pi" }];
const shortOf = (view: Partial<LendingView>) =>
  lendingWords({ phase: "working", link: "up", working: BUSY, ...view }).short;

test("each state of a tab has a word of its own", () => {
  const phases = ["idle", "working", "pausing", "paused", "stopping", "refused"] as const;
  const words = phases.map((phase) => shortOf({ phase }));
  expect(words).toEqual(["Idle", "Computing", "Pausing", "Paused", "Stopping", "Refused"]);
  expect(shortOf({ link: "connecting" })).toBe("Joining");
  expect(shortOf({ working: [] })).toBe("Waiting");
});

test("a tab whose link broke says that its work is not lost", () => {
  const { short, long } = lendingWords({ phase: "working", link: "away", working: BUSY });
  expect(short).toBe("Away");
  expect(long).toContain("delivers later");
  expect(lendingWords({ phase: "paused", link: "away", working: [] }).long).toContain("delivers later");
});
