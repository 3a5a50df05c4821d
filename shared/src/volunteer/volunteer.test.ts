import { describe, expect, test } from "vitest";
import { Bench, failureWith, grantOf, jobOrder, orders, partOf, sent, TIMEOUT_MS } from "./fixtures.js";
import { REPORT_MS } from "./held-lease.js";
import { LEAVE_MS } from "./volunteer.js";
import { OPEN_MS, POST_MS } from "./work.js";

const report = (lease: number, first: number, parts: number[], failure: unknown = null) => ({
  type: "report",
  lease,
  first,
  parts: parts.map((count) => partOf(count)),
  failure,
});

describe("working", () => {
  test("[R8] a grant opens a worker, starts the lease and runs it; the first outcomes are reported at once", () => {
    const bench = new Bench();
    expect(orders(bench.hear(grantOf(7)))).toEqual(["open"]);
    const opened = bench.step({ type: "opened", slot: 0 });
    expect(sent(opened)).toEqual([{ type: "start", lease: 7 }]);
    expect(orders(opened)).toEqual(["run 0..10"]);
    expect(sent(bench.part(4))).toEqual([report(7, 0, [4])]);
  });

  test("[R8] further outcomes wait for the next report, and the last one ends the lease", () => {
    const bench = new Bench();
    bench.running(grantOf(7));
    bench.part(1);
    expect(sent(bench.part(2))).toEqual([]);
    expect(bench.volunteer.nextDeadline()).toBe(bench.now + REPORT_MS);
    expect(sent(bench.late())).toEqual([report(7, 1, [2])]);
    expect(sent(bench.part(7))).toEqual([report(7, 3, [7])]);
    expect(bench.volunteer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test("[R8] large outcomes do not wait", () => {
    const bench = new Bench();
    bench.running(grantOf(7));
    bench.part(1);
    expect(sent(bench.part(1, 512 * 1024))).toHaveLength(1);
  });

  test("[P4] the next lease of the same atom goes to the same worker, one of another atom to a fresh one", () => {
    const bench = new Bench();
    bench.hear(jobOrder({ job: "j2", atom: "a2" }));
    bench.running(grantOf(1), grantOf(2), grantOf(3, { job: "j2" }));
    expect(orders(bench.part(10))).toEqual(["run 0..10"]);
    expect(orders(bench.part(10))).toEqual(["close", "open"]);
  });

  test("an atom's error is reported with what was finished before, and the worker goes on", () => {
    const bench = new Bench();
    bench.running(grantOf(1), grantOf(2, { from: 10, to: 20 }));
    bench.part(3);
    const failure = failureWith("error");
    const effects = bench.step({ type: "failed", slot: 0, failure });
    expect(sent(effects)).toEqual([report(1, 3, [], failure), { type: "start", lease: 2 }]);
    expect(orders(effects)).toEqual(["run 10..20"]);
  });

  test("a grant of an unknown job goes straight back, and one that is repeated is kept once", () => {
    const bench = new Bench();
    expect(sent(bench.hear(grantOf(1, { job: "never seen" })))).toEqual([{ type: "return", lease: 1 }]);
    bench.running(grantOf(2), grantOf(2));
    expect(orders(bench.part(10))).toEqual([]);
  });

  test("a worker that posts more than it was asked is closed and its electron charged", () => {
    const bench = new Bench();
    bench.running(grantOf(1));
    const effects = bench.part(11);
    expect(orders(effects)).toEqual(["close"]);
    expect(sent(effects)).toMatchObject([{ type: "report", first: 0, failure: { code: "worker_died" } }]);
  });
});

describe("a worker's death", () => {
  test("with one electron left to blame charges it", () => {
    const bench = new Bench();
    bench.running(grantOf(1));
    bench.part(9);
    expect(sent(bench.lost("out_of_memory"))).toMatchObject([
      { type: "report", first: 9, failure: { code: "out_of_memory" } },
    ]);
  });

  test("[F9] with several reports nothing and runs them one by one in a fresh worker, the clock started anew", () => {
    const bench = new Bench();
    bench.running(grantOf(1));
    bench.part(3);
    const death = bench.lost();
    expect(sent(death)).toEqual([]);
    expect(orders(death)).toEqual(["open"]);
    const opened = bench.step({ type: "opened", slot: 0 });
    expect(sent(opened)).toEqual([{ type: "start", lease: 1 }]);
    expect(orders(opened)).toEqual(["run 3..4"]);
    expect(orders(bench.part(1))).toEqual(["run 4..5"]);
    expect(sent(bench.lost())).toMatchObject([{ first: 3, parts: [{ count: 1 }], failure: { code: "worker_died" } }]);
  });

  test("is forgotten when none of the suspects kills the worker again", () => {
    const bench = new Bench();
    bench.running(grantOf(1, { to: 1_000 }));
    bench.lost();
    bench.step({ type: "opened", slot: 0 });
    for (let i = 0; i < 255; i++) bench.part(1);
    expect(orders(bench.part(1))).toEqual(["run 256..1000"]);
  });

  test("[F9] an electron over its time is killed; only the second kill, alone, charges it", () => {
    const bench = new Bench();
    bench.running(grantOf(1));
    expect(bench.volunteer.nextDeadline()).toBe(bench.now + TIMEOUT_MS + POST_MS);
    expect(orders(bench.late())).toEqual(["close", "open"]);
    bench.step({ type: "opened", slot: 0 });
    const second = bench.late();
    expect(orders(second)).toEqual(["close", "open"]);
    expect(sent(second)).toMatchObject([{ first: 0, parts: [], failure: { code: "time_out" } }]);
  });

  test("[L5] after a kill another worker opens before the next lease comes, which then runs in it", () => {
    const bench = new Bench();
    bench.running({ ...grantOf(1), to: 1 });
    expect(orders(bench.late())).toEqual(["close", "open"]);
    expect(orders(bench.hear(grantOf(2)))).toEqual([]);
    expect(orders(bench.step({ type: "opened", slot: 0 }))).toEqual(["run 0..10"]);
  });

  test("[L5] but none for a volunteer that is about to leave", () => {
    const bench = new Bench();
    bench.running({ ...grantOf(1), to: 1 });
    bench.step({ type: "stop", mode: "finish" });
    expect(orders(bench.late()).filter((order) => order === "open")).toEqual([]);
  });

  test("[L5] each post moves the deadline of the running electron", () => {
    const bench = new Bench();
    bench.running(grantOf(1));
    bench.now += TIMEOUT_MS;
    bench.part(1);
    expect(bench.volunteer.nextDeadline()).toBe(bench.now + TIMEOUT_MS + POST_MS);
  });
});

describe("opening", () => {
  test("a worker that dies over the import charges the first electron", () => {
    const bench = new Bench();
    bench.hear(grantOf(1));
    expect(sent(bench.lost("error"))).toMatchObject([{ lease: 1, first: 0, failure: { code: "error" } }]);
  });

  test("a worker that does not open in time is closed and the first electron charged", () => {
    const bench = new Bench();
    bench.hear(grantOf(1));
    expect(bench.volunteer.nextDeadline()).toBe(bench.now + OPEN_MS);
    const effects = bench.late();
    expect(orders(effects)).toEqual(["close"]);
    expect(sent(effects)).toMatchObject([{ lease: 1, failure: { code: "time_out" } }]);
  });

  test("an atom that does not open charges no lease of another atom", () => {
    const bench = new Bench();
    bench.hear(jobOrder({ job: "j2", atom: "a2" }));
    bench.hear(grantOf(1));
    bench.hear(grantOf(2, { job: "j2" }));
    bench.hear({ type: "revoke", lease: 1, kill: true, code: "job_ended" });
    const effects = bench.lost();
    expect(sent(effects)).toEqual([]);
    expect(orders(effects)).toEqual(["open"]);
  });

  test("an atom that this client will not run is declined, and every slot drops it", () => {
    const bench = new Bench({ slots: 2 });
    bench.hear(grantOf(1, { slot: 1 }));
    bench.step({ type: "opened", slot: 1 });
    bench.hear(grantOf(2));
    const effects = bench.step({ type: "declined", slot: 0, code: "foreign_atom", message: "no" });
    expect(sent(effects)).toEqual([{ type: "decline", atom: "a1", code: "foreign_atom", message: "no" }]);
    expect(effects.filter((effect) => effect.type === "close").map((effect) => effect.slot)).toEqual([0, 1]);
    expect(bench.volunteer.idle).toBe(true);
  });
});

test("[N4] of an atom that it will not run, what may run once at most goes back by name, and what has begun goes on", () => {
  const bench = new Bench({ slots: 2, job: jobOrder({ once: true }) });
  bench.hear(grantOf(1, { slot: 0, from: 0, to: 1 }));
  bench.step({ type: "opened", slot: 0 });
  bench.hear(grantOf(2, { slot: 1, from: 1, to: 2 }));
  const effects = bench.step({ type: "declined", slot: 1, code: "source_unreachable", message: "away" });
  expect(sent(effects)).toEqual([
    { type: "decline", atom: "a1", code: "source_unreachable", message: "away" },
    { type: "return", lease: 2 },
  ]);
  expect(sent(bench.step({ type: "part", slot: 0, part: partOf(1) }))).toMatchObject([{ type: "report", lease: 1 }]);
});

describe("probing", () => {
  const probe = { type: "probe", job: "j1", slot: 0 } as const;

  test("times calls when the slot has nothing else to do", () => {
    const bench = new Bench();
    expect(orders(bench.hear(probe))).toEqual(["open"]);
    expect(orders(bench.step({ type: "opened", slot: 0 }))).toEqual(["probe"]);
    const answer = { type: "probed", items: 8, elapsedMs: 51.5 } as const;
    expect(sent(bench.step({ ...answer, slot: 0 }))).toEqual([{ ...answer, job: "j1" }]);
  });

  test("a worker that dies or takes too long over it has timed no items", () => {
    for (const end of ["lost", "late"] as const) {
      const bench = new Bench();
      bench.hear(probe);
      bench.step({ type: "opened", slot: 0 });
      expect(sent(bench[end]())).toEqual([{ type: "probed", job: "j1", items: 0, elapsedMs: 0 }]);
    }
  });

  test("so has one that never opened, and the slot is free again", () => {
    const bench = new Bench();
    bench.hear(probe);
    expect(sent(bench.lost())).toEqual([{ type: "probed", job: "j1", items: 0, elapsedMs: 0 }]);
    expect(orders(bench.hear(grantOf(1)))).toEqual(["open"]);
  });

  test("a lease goes first", () => {
    const bench = new Bench();
    bench.running(grantOf(1));
    bench.hear(probe);
    expect(orders(bench.part(10))).toEqual(["probe"]);
  });
});

describe("leaving", () => {
  test("[G7] `now` kills at once, reports what was finished and says goodbye", () => {
    const bench = new Bench();
    bench.running(grantOf(1));
    bench.part(1);
    bench.part(2);
    const effects = bench.step({ type: "stop", mode: "now" });
    expect(orders(effects)).toEqual(["close"]);
    expect(sent(effects)).toEqual([report(1, 1, [2]), { type: "goodbye" }]);
  });

  test("[G7] `finish` lets the running electron end, gives the rest back and starts nothing", () => {
    const bench = new Bench();
    bench.running(grantOf(1), grantOf(2));
    const stop = bench.step({ type: "stop", mode: "finish" });
    expect(orders(stop)).toEqual(["halt"]);
    expect(sent(stop)).toEqual([{ type: "return", lease: 2 }]);
    expect(sent(bench.hear(grantOf(3)))).toEqual([{ type: "return", lease: 3 }]);
    bench.part(4);
    const halted = bench.step({ type: "halted", slot: 0 });
    expect(sent(halted)).toEqual([{ type: "return", lease: 1 }, { type: "goodbye" }]);
  });

  test("`finish` twice is `finish`; then `now` is now", () => {
    const bench = new Bench();
    bench.running(grantOf(1));
    bench.step({ type: "stop", mode: "finish" });
    expect(bench.step({ type: "stop", mode: "finish" })).toEqual([]);
    expect(sent(bench.step({ type: "stop", mode: "now" }))).toEqual([{ type: "goodbye" }]);
  });

  test("a probe does not keep it", () => {
    const bench = new Bench();
    bench.hear({ type: "probe", job: "j1", slot: 0 });
    bench.step({ type: "opened", slot: 0 });
    expect(sent(bench.step({ type: "stop", mode: "finish" }))).toEqual([{ type: "goodbye" }]);
  });

  test("has left with the answer, which comes when all is durable", () => {
    const bench = new Bench();
    bench.running(grantOf(1));
    bench.part(2);
    bench.step({ type: "stop", mode: "now" });
    expect(bench.hear({ type: "ack", lease: 1, reported: 2 })).toEqual([]);
    expect(bench.hear({ type: "bye" })).toEqual([{ type: "left" }]);
    expect(bench.hear(grantOf(2))).toEqual([]);
  });

  test("or when nobody answered in time", () => {
    const bench = new Bench();
    bench.step({ type: "stop", mode: "now" });
    expect(bench.step({ type: "tick" }, bench.now + LEAVE_MS - 1)).toEqual([]);
    expect(bench.step({ type: "tick" }, bench.now + 1)).toEqual([{ type: "left" }]);
  });

  test("or at once when there is no link and nothing to save", () => {
    const bench = new Bench();
    bench.step({ type: "disconnected" });
    expect(bench.step({ type: "stop", mode: "finish" })).toEqual([{ type: "left" }]);
  });
});
