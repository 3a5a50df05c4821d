import { FAILED_ELECTRONS_MAX } from "@valence/shared/limits";
import { beforeEach, describe, expect, test } from "vitest";
import { freshFailure } from "./failed-electron.js";
import { Bench } from "./fixtures.js";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

/** The volunteer's next lease fails on its first electron, once it is ready. */
function failOnce(session: string, changes: { retryable?: boolean; retryAfterMs?: number } = {}): void {
  const { lease, from } = bench.granted(session);
  bench.fail(session, lease, from, changes);
  bench.commit();
}

describe("a job", () => {
  test("[S1] is queued until its first grant, and the commit of its last electron ends it", () => {
    bench.submit({ input: { kind: "list", total: 1 } });
    bench.commit();
    expect(bench.read()).toMatchObject({ state: "queued", startedAt: null });
    bench.join("ada");
    bench.commit();
    expect(bench.read().state).toBe("running");
    bench.report("ada", bench.granted("ada").lease, 0, [4]);
    expect(bench.read().state).toBe("running");
    bench.commit();
    expect(bench.grid.job("j1")).toBeUndefined();
    const status = bench.written.filter((write) => write.type === "status").at(-1)?.status;
    expect(status).toMatchObject({ state: "succeeded", done: 1, error: null });
    expect(bench.told("ada", "forget")).toEqual([{ type: "forget", job: "j1" }]);
  });

  test("[S2] that is paused starts nothing new; the running electron may end and counts", () => {
    bench.submit();
    bench.join("ada");
    const { lease } = bench.granted("ada");
    bench.control("j1", { type: "pause" });
    expect(bench.told("ada", "revoke")).toEqual([{ type: "revoke", lease, kill: false, code: "job_paused" }]);
    bench.report("ada", lease, 0, [1]);
    bench.commit();
    expect(bench.read()).toMatchObject({ state: "paused", done: 1, leased: 0 });
    expect(bench.told("ada", "grant")).toEqual([]);
    bench.control("j1", { type: "resume" });
    expect(bench.told("ada", "grant").length).toBeGreaterThan(0);
  });

  test("[S3] that is cancelled is killed everywhere and skips what is left; cancelling again changes nothing", () => {
    bench.submit();
    bench.join("ada");
    const { lease } = bench.granted("ada");
    bench.control("j1", { type: "cancel" });
    bench.control("j1", { type: "cancel" });
    expect(bench.told("ada", "revoke")).toEqual([{ type: "revoke", lease, kill: true, code: "job_ended" }]);
    expect(() => bench.control("j1", { type: "pause" })).toThrow(expect.objectContaining({ code: "job_ended" }));
    bench.commit();
    expect(bench.written.filter((write) => write.type === "status").at(-1)?.status).toMatchObject({
      state: "cancelled",
      skipped: 8,
    });
  });

  test("[S4] ended by whichever commits first: a report after the cancel is stale", () => {
    bench.submit({ input: { kind: "list", total: 1 } });
    bench.join("ada");
    const { lease } = bench.granted("ada");
    bench.control("j1", { type: "cancel" });
    bench.report("ada", lease, 0, [1]);
    bench.commit();
    expect(bench.written.filter((write) => write.type === "report")).toEqual([]);
  });

  test("[S5] numbers its events from 1, without holes", () => {
    bench.submit({ input: { kind: "list", total: 1 } });
    bench.join("ada");
    bench.report("ada", bench.granted("ada").lease, 0, [1]);
    bench.commit();
    const events = bench.written.flatMap((write) => (write.type === "event" ? [write.event] : []));
    expect(events.map(({ number, kind }) => `${number} ${kind}`)).toEqual([
      "1 queued",
      "2 running",
      "3 block",
      "4 succeeded",
    ]);
  });
});

describe("the events of a job", () => {
  const events = () => bench.written.flatMap((write) => (write.type === "event" ? [write.event] : []));
  const told = () => events().map(({ kind, body }) => `${kind} ${body}`);

  test("[S8] say who steered it, in the commit of the change, and nothing where nothing changed", () => {
    bench.submit();
    bench.commit();
    for (const type of ["pause", "pause", "resume", "resume", "cancel", "cancel"] as const)
      bench.control("j1", { type });
    bench.commit();
    expect(told().slice(1)).toEqual([
      'act {"act":"pause","by":"ada"}',
      "paused {}",
      'act {"act":"resume","by":"ada"}',
      "queued {}",
      'act {"act":"cancel","by":"ada"}',
      "cancelled {}",
    ]);
  });

  test("[S8] tell of each dead letter, and of a retry even where the job runs on", () => {
    bench.submit({ input: { kind: "list", total: 2 }, policy: { onFailure: { tolerate: 1 } } });
    bench.join("ada");
    failOnce("ada", { retryable: false });
    bench.control("j1", { type: "retry", electron: 0 });
    expect(() => bench.control("j1", { type: "retry", electron: 0 })).toThrow();
    bench.commit();
    expect(told().slice(2)).toEqual([
      'dead_letter {"electron":0,"code":"error","message":"boom"}',
      'act {"act":"retry","electron":0,"by":"ada"}',
    ]);
  });

  test("[S8] are shown when they are durable, and not before", () => {
    const job = () => bench.grid.job("j1");
    bench.submit();
    expect([job()?.events, job()?.eventsShown]).toEqual([1, 0]);
    bench.commit();
    expect([job()?.events, job()?.eventsShown]).toEqual([1, 1]);
  });
});

describe("an electron that fails", () => {
  test("[F1] waits with full jitter, doubling, and is then leased alone with its attempt", () => {
    bench.submit({ policy: { backoff: { baseMs: 1_000 } } });
    bench.join("ada");
    failOnce("ada"); // random is 0.5: it waits 500 ms
    expect(bench.read().waiting).toBe(1);
    bench.cut("ada");
    bench.at(5_000);
    bench.join("bob");
    expect(bench.granted("bob")).toMatchObject({ from: 0, to: 1, attempt: 2 });
  });

  test("[F2] goes to another identity when one is there", () => {
    bench.submit({ input: { kind: "list", total: 1 } });
    bench.join("ada");
    bench.join("bob");
    failOnce("ada");
    bench.at(500);
    expect(bench.told("ada", "grant")).toEqual([]);
    expect(bench.granted("bob")).toMatchObject({ attempt: 2 });
  });

  test("[F2] waits for another identity that is busy, and goes past the one that has failed it", () => {
    bench.submit({ input: { kind: "list", total: 3 } });
    bench.join("ada");
    bench.join("bob");
    failOnce("ada");
    bench.at(500);
    expect(bench.granted("ada").from).toBe(2); // and not 0, which she has failed
    bench.report("bob", bench.granted("bob").lease, 1, [1]);
    expect(bench.granted("bob")).toMatchObject({ from: 0, attempt: 2 });
  });

  test("[F2] waits no longer than others may take to end what they are at", () => {
    bench.submit({ input: { kind: "list", total: 2 }, policy: { timeoutMs: 5_000 } });
    bench.join("ada");
    bench.join("bob");
    failOnce("ada");
    bench.at(500);
    bench.at(7_499);
    expect(bench.told("ada", "grant")).toEqual([]);
    bench.at(7_500);
    expect(bench.granted("ada")).toMatchObject({ from: 0, attempt: 2 });
  });

  test("[F2] waits a minute at most, and no longer when the other one leaves", () => {
    bench.submit({ input: { kind: "list", total: 2 }, policy: { timeoutMs: 80_000_000 } });
    bench.join("ada");
    bench.join("bob");
    failOnce("ada");
    for (let ms = 400; ms < 60_500; ms += 4_000) for (const session of ["ada", "bob"]) bench.beat(session, ms);
    bench.at(60_499);
    expect(bench.told("ada", "grant")).toEqual([]);
    bench.at(60_500);
    failOnce("ada");
    for (const session of ["ada", "bob"]) bench.beat(session, 62_000);
    expect(bench.told("ada", "grant")).toEqual([]);
    bench.cut("bob");
    expect(bench.granted("ada")).toMatchObject({ from: 0, attempt: 3 });
  });

  test("[F2] leaves the slot to another job meanwhile", () => {
    bench.submit({ input: { kind: "list", total: 2 } });
    bench.join("ada");
    bench.join("bob");
    failOnce("ada");
    bench.at(500);
    bench.submit({ id: "j2" });
    expect(bench.granted("ada").job).toBe("j2");
  });

  test("[F2] and to the same one when there is none", () => {
    bench.submit({ input: { kind: "list", total: 1 } });
    bench.join("ada");
    failOnce("ada");
    bench.at(500);
    expect(bench.granted("ada")).toMatchObject({ attempt: 2 });
  });

  test("[F3] in all its attempts is a dead letter, and fails the job", () => {
    bench.submit({ input: { kind: "list", total: 1 }, policy: { attemptsMax: 2, backoff: { baseMs: 0 } } });
    bench.join("ada");
    failOnce("ada");
    bench.at(1);
    failOnce("ada");
    const status = bench.written.filter((write) => write.type === "status").at(-1)?.status;
    expect(status).toMatchObject({ state: "failed", error: { code: "dead_letter" }, dead: 1 });
    expect(bench.written.filter((write) => write.type === "failure")).toHaveLength(2);
  });

  test("[F4] for good, by its own word, is a dead letter at once", () => {
    bench.submit();
    bench.join("ada");
    failOnce("ada", { retryable: false });
    expect(bench.written.filter((write) => write.type === "status").at(-1)?.status.state).toBe("failed");
  });

  test("[F5] may name its own wait", () => {
    bench.submit({ input: { kind: "list", total: 1 } });
    bench.join("ada");
    failOnce("ada", { retryAfterMs: 7_000 });
    bench.at(6_999);
    expect(bench.told("ada", "grant")).toEqual([]);
    bench.at(7_000);
    expect(bench.granted("ada").attempt).toBe(2);
  });

  test("[F6] with a result that does not fold fails alone: its neighbours count", () => {
    bench.submit({ input: { kind: "list", total: 3 }, keep: true });
    bench.join("ada");
    bench.at(1);
    bench.report("ada", bench.granted("ada").lease, 0, [1]);
    const { lease, from, to } = bench.told("ada", "grant")[0]!;
    bench.report("ada", lease, from, [Number.NaN, 2].slice(0, to - from));
    bench.commit();
    expect(bench.read()).toMatchObject({ waiting: 1 });
    expect(bench.written.find((write) => write.type === "failure")?.failure.code).toBe("bad_result");
  });

  test("[F7] is tolerated up to a share of the items", () => {
    bench.submit({ input: { kind: "list", total: 2 }, policy: { onFailure: { tolerate: 0.5 } } });
    bench.join("ada");
    failOnce("ada", { retryable: false });
    bench.report("ada", bench.granted("ada").lease, 1, [9]);
    bench.commit();
    const status = bench.written.filter((write) => write.type === "status").at(-1)?.status;
    expect(status).toMatchObject({ state: "succeeded", done: 1, dead: 1 });
  });

  test("[F7] [F8] and is retried alone, runs, though others are still dead; these count at the end", () => {
    bench.submit({ input: { kind: "list", total: 40 }, policy: { attemptsMax: 1 } });
    bench.join("ada");
    bench.at(1);
    bench.report("ada", bench.granted("ada").lease, 0, [1]);
    const { lease, from, to } = bench.told("ada", "grant")[0]!;
    bench.report("ada", lease, from, Array(to - from).fill(Number.NaN));
    expect(bench.read().dead).toBe(0);
    bench.control("j1", { type: "retry", electron: from });
    bench.commit();
    bench.at(101); // a slot that fails has a rest
    expect(bench.read()).toMatchObject({ state: "running", dead: to - from - 1 });
    const retry = bench.told("ada", "grant").find((grant) => grant.from === from)!;
    bench.report("ada", retry.lease, from, [1]);
    bench.commit();
    expect(bench.read()).toMatchObject({ state: "running", done: 2 });
  });

  test("[F12] [M1] is one of 100,000 at most, whatever is tolerated", () => {
    bench.submit({ input: { kind: "list", total: 200_000 }, policy: { onFailure: { tolerate: 1 } } });
    bench.join("ada");
    const { failed } = bench.grid.job("j1")!.electrons!;
    for (let electron = 100_001; electron <= 199_999; electron++) failed.set(electron, freshFailure("j1", electron));
    failOnce("ada");
    expect([failed.size, bench.read().state]).toEqual([FAILED_ELECTRONS_MAX, "running"]);
    failOnce("ada");
    const status = bench.written.filter((write) => write.type === "status").at(-1)?.status;
    expect(status).toMatchObject({ state: "failed", error: { code: "too_many_failures" } });
  });

  test("[F8] and is dead can be retried, with what was skipped", () => {
    bench.submit({ input: { kind: "list", total: 2 } });
    bench.join("ada");
    const { lease } = bench.granted("ada");
    bench.fail("ada", lease, 0, { retryable: false });
    expect(() => bench.control("j1", { type: "retry", electron: 1 })).toThrow(
      expect.objectContaining({ code: "nothing_to_retry" }),
    );
    bench.control("j1", { type: "retry", electron: null });
    bench.commit();
    expect(bench.read()).toMatchObject({ state: "running", error: null, dead: 0, skipped: 0 });
    expect(bench.granted("ada").attempt).toBe(1);
  });
});
