import { beforeEach, describe, expect, test } from "vitest";
import { Bench, specOf, WALL } from "./fixtures.js";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

const lastStatus = () => bench.written.findLast((write) => write.type === "status")?.status;
const MISSED = { state: "failed", error: { code: "deadline_exceeded" } };

describe("at its deadline a job", () => {
  test("[T1] fails: what runs is killed, what is not settled is skipped, what is done stays", () => {
    bench.submit({ deadlineAt: WALL + 10_000 });
    const lease = bench.begin("ada");
    bench.report("ada", lease, 0, [7]);
    bench.commit();
    const running = bench.told("ada", "grant").map((grant) => grant.lease);
    bench.at(9_999);
    expect(bench.read().state).toBe("running");
    bench.at(10_000);
    expect(bench.told("ada", "revoke")).toEqual(
      running.map((id) => ({ type: "revoke", lease: id, kill: true, code: "job_ended" })),
    );
    bench.commit();
    expect(lastStatus()).toMatchObject({ ...MISSED, done: 1, skipped: 7 });
    expect(lastStatus()?.error?.message).toContain("1 of 8 items");
  });

  test("[T1] fails though nobody ever worked on it, or it is paused", () => {
    bench.submit({ deadlineAt: WALL + 10_000 });
    bench.submit({ id: "j2", deadlineAt: WALL + 10_000 });
    bench.control("j2", { type: "pause" });
    bench.at(10_000);
    bench.commit();
    const ends = bench.written.filter((write) => write.type === "status" && write.status.state === "failed");
    expect(ends).toMatchObject([{ job: "j1" }, { job: "j2" }]);
  });

  test("[T1] that has ended is left alone", () => {
    bench.submit({ input: { kind: "list", total: 1 }, deadlineAt: WALL + 10_000 });
    bench.join("ada");
    bench.report("ada", bench.granted("ada").lease, 0, [7]);
    bench.at(10_000);
    bench.commit();
    expect(lastStatus()).toMatchObject({ state: "succeeded" });
  });

  test("[T1] fails when the coordinator is back, if it was away", () => {
    const spec = bench.submit({ deadlineAt: WALL + 10_000 });
    bench.commit();
    const kept = bench.kept();
    bench = new Bench(2);
    bench.restore({ ...spec, deadlineAt: WALL - 5_000 }, kept);
    bench.at(0);
    bench.commit();
    expect(lastStatus()).toMatchObject(MISSED);
  });
});

test("[T2] a job whose deadline has passed is not retried; before, it fails at its deadline all the same", () => {
  bench.submit({ input: { kind: "list", total: 2 }, deadlineAt: WALL + 10_000 });
  bench.join("ada");
  bench.fail("ada", bench.granted("ada").lease, 0, { retryable: false });
  bench.commit();
  const spec = specOf({ input: { kind: "list", total: 2 }, deadlineAt: WALL + 10_000 });
  bench.restore(spec, bench.kept());
  bench.control("j1", { type: "retry", electron: null });
  bench.at(10_000);
  bench.commit();
  expect(lastStatus()).toMatchObject(MISSED);
  bench.restore(spec, { ...bench.kept(), electrons: bench.kept().electrons.map((row) => ({ ...row, state: "dead" })) });
  expect(() => bench.control("j1", { type: "retry", electron: null })).toThrow(
    expect.objectContaining({ code: "job_ended" }),
  );
});
