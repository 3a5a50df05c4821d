/** Workers that go down together, as those do whose frames share a process: who is tried alone, and who is charged. */
import { expect, test } from "vitest";
import type { VolunteerEffect } from "./events.js";
import { Bench, grantOf, jobOrder, orders, partOf, sent } from "./fixtures.js";

/** Three slots at work on a lease of ten electrons each. */
function threeAtWork(): Bench {
  const bench = new Bench({ slots: 3 });
  for (const slot of [0, 1, 2]) {
    bench.hear(grantOf(slot + 1, { slot, from: 10 * slot, to: 10 * slot + 10 }));
    bench.step({ type: "opened", slot });
  }
  return bench;
}

const wreck = (bench: Bench, ...slots: number[]) => slots.flatMap((slot) => bench.step({ type: "wrecked", slot }));
const failures = (effects: readonly VolunteerEffect[]) =>
  sent(effects).flatMap((message) => (message.type === "report" && message.failure ? [message] : []));

test("[F9] nobody is charged at first, and one slot alone opens a worker again", () => {
  const bench = threeAtWork();
  const effects = wreck(bench, 0, 1, 2);
  expect(failures(effects)).toEqual([]);
  expect(effects.flatMap((effect) => (effect.type === "open" ? [effect.slot] : []))).toEqual([0]);
});

test("[F9] each suspect runs its electrons one by one before the next begins, and then all go on", () => {
  const bench = threeAtWork();
  bench.step({ type: "part", slot: 0, part: partOf(8) });
  wreck(bench, 0, 1);
  expect(orders(bench.step({ type: "opened", slot: 0 }))).toEqual(["run 8..9"]);
  expect(orders(bench.step({ type: "part", slot: 0, part: partOf(1) }))).toEqual(["run 9..10"]);
  expect(orders(bench.step({ type: "part", slot: 0, part: partOf(1) }))).toEqual(["open"]);
  expect(orders(bench.step({ type: "opened", slot: 1 }))).toEqual(["run 10..11"]);
});

test("[F9] the one that goes down alone is charged, and acquits the others", () => {
  const bench = threeAtWork();
  wreck(bench, 0, 1, 2);
  bench.step({ type: "opened", slot: 0 });
  bench.step({ type: "part", slot: 0, part: partOf(1) });
  const effects = wreck(bench, 0);
  expect(failures(effects)).toMatchObject([{ lease: 1, first: 1, failure: { code: "worker_died" } }]);
  expect(effects.flatMap((effect) => (effect.type === "open" ? [effect.slot] : []))).toEqual([1, 2]);
});

test("a slot that was not at work starts nothing while others are suspected", () => {
  const bench = new Bench({ slots: 2 });
  bench.running(grantOf(1, { slot: 0 }));
  wreck(bench, 0);
  expect(orders(bench.hear(grantOf(2, { slot: 1 })))).toEqual([]);
});

test("a worker that goes down before it is open is made again, three times", () => {
  const bench = new Bench();
  bench.hear(grantOf(1));
  for (let i = 0; i < 3; i++) expect(orders(wreck(bench, 0))).toEqual(["open"]);
  expect(failures(wreck(bench, 0))).toMatchObject([{ lease: 1, first: 0 }]);
});

test("[N1] an electron that may run once at most is not tried again: it has failed, and takes no other with it", () => {
  const bench = new Bench({ slots: 2, job: jobOrder({ once: true }) });
  for (const slot of [0, 1]) {
    bench.hear(grantOf(slot + 1, { slot, from: slot, to: slot + 1 }));
    bench.step({ type: "opened", slot });
  }
  const effects = wreck(bench, 0, 1);
  expect(failures(effects)).toMatchObject([
    { lease: 1, first: 0, failure: { code: "worker_died" } },
    { lease: 2, first: 1, failure: { code: "worker_died" } },
  ]);
  expect(orders(effects)).toEqual([]);
});

test("a lease that is to be given back is, and charges nobody", () => {
  const bench = threeAtWork();
  bench.hear({ type: "revoke", lease: 1, kill: false, code: "job_paused" });
  const effects = wreck(bench, 0);
  expect(failures(effects)).toEqual([]);
  expect(sent(effects)).toContainEqual({ type: "return", lease: 1 });
});
