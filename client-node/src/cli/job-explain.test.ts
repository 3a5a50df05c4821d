import type { ExplainView } from "@valence/shared/job-view";
import { expect, test } from "vitest";
import { explainLines } from "./job-explain.js";
import { styleFor } from "./style.js";

const NOW = Date.parse("2026-11-26T12:00:00Z");
const plain = styleFor({ isTTY: false } as never, {});
const VIEW: ExplainView = {
  job: "j1",
  state: "running",
  deadline: "2026-11-26T14:00:00.000Z",
  reasons: [
    { code: "back_off", message: "Waiting: 3 items.", count: 3, until: "2026-11-26T12:00:12.000Z" },
    { code: "dead_letters", message: "Failed for good: 1 item\x1b[2J.", count: 1, until: null },
  ],
};

test("[X1] what keeps a job is a line each, with its code, and when it changes by itself", () => {
  expect(explainLines(VIEW, plain, NOW)).toEqual([
    "running, fails in 2 h unless it has ended",
    "  Waiting: 3 items. (back_off, in 12 s)",
    "  Failed for good: 1 item\\u{1b}[2J. (dead_letters)",
  ]);
});

test("what should have changed by now is not told in negative times", () => {
  const lines = explainLines({ ...VIEW, deadline: null }, plain, NOW + 60_000);
  expect(lines.slice(0, 2)).toEqual(["running", "  Waiting: 3 items. (back_off, now)"]);
});

test.each(["succeeded", "failed", "cancelled"] as const)(
  "a job that has %s is not told to fail at its deadline",
  (state) => {
    expect(explainLines({ ...VIEW, state }, plain, NOW)[0]).toBe(state);
    expect(explainLines({ ...VIEW, state }, plain, NOW + 86_400_000)[0]).toBe(state);
  },
);
