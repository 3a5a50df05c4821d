import { describe, expect, test } from "vitest";
import { Bench, failureWith, grantOf, jobOrder, orders, sent, TIMEOUT_MS } from "./fixtures.js";
import { OUTBOX_BYTES_MAX } from "./outbox.js";
import { POST_MS, SPARE_MS } from "./work.js";

const MIB = 1024 * 1024;

test("[R9] a grant that comes twice is worked on once, even when the first is done", () => {
  const bench = new Bench();
  bench.running(grantOf(1));
  bench.hear(grantOf(1));
  bench.part(10);
  expect(bench.volunteer.idle).toBe(false); // nothing is acknowledged yet
  bench.hear({ type: "ack", lease: 1, reported: 10 });
  expect(bench.volunteer.idle).toBe(true);
  expect(orders(bench.hear(grantOf(1)))).toEqual([]);
  expect(bench.volunteer.idle).toBe(true);
});

describe("a broken link", () => {
  test("[R6] loses no outcome: what is not acknowledged is repeated, then what is held is said", () => {
    const bench = new Bench();
    bench.running(grantOf(1), grantOf(2));
    bench.part(4);
    bench.step({ type: "disconnected" });
    expect(sent(bench.part(6))).toEqual([]);
    expect(sent(bench.step({ type: "connected" }))).toMatchObject([
      { type: "report", lease: 1, first: 0 },
      { type: "report", lease: 1, first: 4 },
      { type: "holding", leases: [2] },
      { type: "start", lease: 2 },
    ]);
  });

  test("what is acknowledged is not repeated", () => {
    const bench = new Bench();
    bench.running(grantOf(1));
    bench.part(4);
    bench.hear({ type: "ack", lease: 1, reported: 3 });
    expect(bench.volunteer.idle).toBe(false);
    expect(sent(bench.step({ type: "connected" }))[0]).toMatchObject({ type: "report", first: 0 });
    bench.hear({ type: "ack", lease: 1, reported: 4 });
    expect(sent(bench.step({ type: "connected" }))[0]).toEqual({ type: "holding", leases: [1] });
  });

  test("a failure is acknowledged by the electron after it", () => {
    const bench = new Bench();
    bench.running(grantOf(1));
    bench.step({ type: "failed", slot: 0, failure: failureWith("error") });
    bench.hear({ type: "ack", lease: 1, reported: 0 });
    expect(bench.volunteer.idle).toBe(false);
    bench.hear({ type: "ack", lease: 1, reported: 1 });
    expect(bench.volunteer.idle).toBe(true);
  });

  test("computing goes on without one, and a goodbye is said when it is back", () => {
    const bench = new Bench();
    bench.running(grantOf(1), grantOf(2));
    bench.step({ type: "disconnected" });
    expect(orders(bench.part(10))).toEqual(["run 0..10"]);
    bench.step({ type: "stop", mode: "now" });
    const back = sent(bench.step({ type: "connected" })).map((message) => message.type);
    expect(back).toEqual(["report", "holding", "goodbye"]);
  });
});

describe("a full outbox", () => {
  test("[R7] stops work between two electrons until the coordinator has caught up", () => {
    const bench = new Bench();
    bench.running(grantOf(1, { to: 100 }));
    for (let i = 0; i < OUTBOX_BYTES_MAX / MIB - 1; i++) expect(orders(bench.part(1, MIB))).toEqual([]);
    expect(orders(bench.part(1, MIB))).toEqual(["halt"]);
    expect(orders(bench.step({ type: "halted", slot: 0 }))).toEqual([]);
    expect(orders(bench.hear({ type: "ack", lease: 1, reported: 1 }))).toEqual(["run 16..100"]);
  });

  test("a job that is forgotten frees it", () => {
    const bench = new Bench();
    bench.running(grantOf(1, { to: 16 }));
    for (let i = 0; i < 16; i++) bench.part(1, MIB);
    bench.hear(jobOrder({ job: "j2" }));
    expect(orders(bench.hear(grantOf(2, { job: "j2" })))).toEqual([]);
    expect(orders(bench.hear({ type: "forget", job: "j1" }))).toEqual(["run 0..10"]);
    bench.hear({ type: "revoke", lease: 2, kill: true, code: "job_ended" });
    expect(bench.volunteer.idle).toBe(true);
  });
});

describe("a revoked lease", () => {
  test("is killed at once, its outcomes forgotten and the next one begun", () => {
    const bench = new Bench();
    bench.running(grantOf(1), grantOf(2));
    bench.part(1);
    const effects = bench.hear({ type: "revoke", lease: 1, kill: true, code: "job_ended" });
    expect(orders(effects)).toEqual(["close", "open"]);
    expect(sent(effects)).toEqual([]);
    expect(sent(bench.step({ type: "connected" }))).toEqual([{ type: "holding", leases: [2] }]);
  });

  test("or ends after its running electron, with a report and a `return`", () => {
    const bench = new Bench();
    bench.running(grantOf(1), grantOf(2));
    bench.part(1);
    const revoked = bench.hear({ type: "revoke", lease: 1, kill: false, code: "job_paused" });
    expect(orders(revoked)).toEqual(["halt"]);
    bench.part(1);
    const halted = bench.step({ type: "halted", slot: 0 });
    expect(sent(halted).map((m) => m.type)).toEqual(["report", "return", "start"]);
    expect(orders(halted)).toEqual(["run 0..10"]);
  });

  test("that had not begun goes back at once", () => {
    const bench = new Bench();
    bench.running(grantOf(1), grantOf(2));
    const effects = bench.hear({ type: "revoke", lease: 2, kill: false, code: "job_paused" });
    expect(effects).toEqual([{ type: "send", message: { type: "return", lease: 2 } }]);
  });

  test("loses nothing that was finished when its worker dies meanwhile", () => {
    const bench = new Bench();
    bench.running(grantOf(1));
    bench.part(1);
    bench.part(2);
    bench.hear({ type: "revoke", lease: 1, kill: false, code: "job_paused" });
    expect(sent(bench.lost())).toMatchObject([
      { type: "report", first: 1, parts: [{ count: 2 }], failure: null },
      { type: "return", lease: 1 },
    ]);
  });

  test("nor when it waits for a fresh worker", () => {
    const bench = new Bench();
    bench.running(grantOf(1));
    bench.part(1);
    bench.part(2);
    bench.lost();
    expect(sent(bench.hear({ type: "revoke", lease: 1, kill: false, code: "job_paused" })).map((m) => m.type)).toEqual([
      "report",
      "return",
    ]);
  });

  test("that is unknown is nobody's", () => {
    expect(new Bench().hear({ type: "revoke", lease: 9, kill: true, code: "job_ended" })).toEqual([]);
  });
});

test("a job that is forgotten is dropped without a word, worker and all", () => {
  const bench = new Bench();
  bench.running(grantOf(1), grantOf(2));
  const effects = bench.hear({ type: "forget", job: "j1" });
  expect(effects).toEqual([{ type: "close", slot: 0 }]);
  expect(bench.volunteer.idle).toBe(true);
});

describe("the worker of a job that is forgotten, and has nothing of it,", () => {
  const spare = (): Bench => {
    const bench = new Bench();
    bench.running(grantOf(1, { to: 1 }));
    bench.part(1);
    expect(orders(bench.hear({ type: "forget", job: "j1" }))).toEqual([]);
    return bench;
  };

  test("takes up the next job of its atom", () => {
    const bench = spare();
    bench.hear(jobOrder({ job: "j2" }));
    expect(orders(bench.hear(grantOf(2, { job: "j2" })))).toEqual(["run 0..10"]);
    expect(bench.volunteer.nextDeadline()).toBe(bench.now + TIMEOUT_MS + POST_MS);
  });

  test("makes room for another atom's", () => {
    const bench = spare();
    bench.hear(jobOrder({ job: "j2", atom: "a2" }));
    expect(orders(bench.hear(grantOf(2, { job: "j2" })))).toEqual(["close", "open"]);
  });

  test("[P10] is closed after 10 s, and not before", () => {
    const bench = spare();
    const forgottenAt = bench.now;
    expect(bench.volunteer.nextDeadline()).toBe(forgottenAt + SPARE_MS);
    expect(orders(bench.step({ type: "tick" }, forgottenAt + SPARE_MS - 1))).toEqual([]);
    expect(orders(bench.step({ type: "tick" }, forgottenAt + SPARE_MS))).toEqual(["close"]);
    expect(bench.volunteer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });
});
