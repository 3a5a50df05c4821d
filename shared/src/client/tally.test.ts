import { expect, test } from "vitest";
import { jobOrder } from "../volunteer/fixtures.js";
import { Tally } from "./tally.js";

const range = jobOrder({ shape: { kind: "range", from: 0, chunk: 10, total: 95 } });

test("electrons are counted, and their items, the last electron of a range being shorter", () => {
  const tally = new Tally(0);
  tally.began(0, { job: range, from: 7, to: 10 });
  tally.done(0, 1, 0);
  expect(tally.counters(0)).toMatchObject({ electrons: 1, items: 10, busy: 1 });
  tally.done(0, 2, 0);
  expect(tally.counters(0)).toMatchObject({ electrons: 3, items: 25, busy: 0 });
});

test("a slot is busy from the beginning of a run to its end", () => {
  const tally = new Tally(0);
  tally.began(0, { job: range, from: 0, to: 9 });
  tally.began(1, { job: range, from: 0, to: 9 });
  tally.ended(0);
  tally.failed();
  expect(tally.counters(0)).toMatchObject({ busy: 1, failures: 1, electrons: 0 });
});

test("the rate is that of the last ten seconds", () => {
  const tally = new Tally(500);
  tally.began(0, { job: jobOrder(), from: 0, to: 1_000 });
  tally.done(0, 100, 1_500);
  expect(tally.counters(1_500).rate).toBe(100);
  expect(tally.counters(5_500).rate).toBe(20);
  tally.done(0, 100, 10_000);
  expect(tally.counters(10_500).rate).toBeCloseTo(200 / 9.5);
  expect(tally.counters(11_500).rate).toBeCloseTo(100 / 9.5);
  expect(tally.counters(1_000_000).rate).toBe(0);
});
