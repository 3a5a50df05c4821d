import { expect, test } from "vitest";
import { whyEndedText, workLine } from "./work-screen.js";

test("a line says where the coordinator is, what the slots do, and what was done", () => {
  const counters = { electrons: 1_234, items: 9e6, failures: 2, rate: 1.5e6, busy: 3 };
  expect(workLine({ link: "connected", slots: 4, counters })).toBe(
    "connected  3 of 4 slots busy  1,234 electrons done, 2 failed  1.5 M items/s",
  );
  const idle = { electrons: 1, items: 0, failures: 0, rate: 0, busy: 0 };
  expect(workLine({ link: "away", slots: 1, counters: idle })).toBe("away  0 of 1 slots busy  1 electron done");
});

test("why it ended is said in a few words, but for a refusal, which has a line of its own", () => {
  expect(whyEndedText({ reason: "stopped", signal: "SIGHUP" })).toBe("Stopped by SIGHUP. ");
  expect(whyEndedText({ reason: "cut", by: "SIGINT" })).toBe(
    "Ended at once by a second SIGINT, what it was at undone. ",
  );
  expect(whyEndedText({ reason: "cut", by: "time" })).toBe("Ended as it could not give back all in time. ");
  expect(whyEndedText({ reason: "refused", code: "forbidden", message: "No." })).toBe("");
});
