import { beforeEach, describe, expect, test } from "vitest";
import { Bench, type SpecChanges, WALL } from "../core/fixtures.js";
import { explained } from "./explain.js";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

const ONE = { input: { kind: "list", total: 1 } } as const;

/** A job whose only electron has failed, and waits for 500 ms. */
function failing(changes: SpecChanges) {
  const spec = bench.submit({ ...ONE, ...changes });
  bench.join("ada");
  bench.fail("ada", bench.granted("ada").lease, 0);
  bench.commit();
  return said(spec);
}

/** What is said of a job, by code. */
function said(spec: ReturnType<Bench["submit"]>): Record<string, string> {
  const now = () => ({ mono: bench.now, wall: WALL + bench.now });
  const { reasons } = explained({ grid: bench.grid, now, fault: "ENOSPC" }, { spec, status: bench.read(spec.id) });
  return Object.fromEntries(reasons.map(({ code, message }) => [code, message]));
}

describe("[X1] who waits for a next try is told", () => {
  test("to wait, where it comes before the deadline, and never to look at what is not there", () => {
    const sentence = "Waiting for the next try after a failure: 1 item. Wait: it comes by itself.";
    expect(failing({})).toEqual({ back_off: sentence });
    expect(failing({ id: "j2", deadlineAt: WALL + 501 }).back_off).toBe(sentence);
  });

  test("that the deadline comes first, where it does", () => {
    expect(failing({ deadlineAt: WALL + 500 })).toEqual({
      back_off: "Waiting for the next try after a failure: 1 item. The job's deadline comes first.",
    });
  });
});

test("[X1] of an end that waits for the disk it is said that it does, and why", () => {
  const spec = bench.submit(ONE);
  bench.join("ada");
  bench.commit();
  bench.control("j1", { type: "cancel" });
  bench.at(1_000);
  expect(said(spec)).toEqual({
    store_stuck: expect.stringContaining("(ENOSPC)"),
    committing: "The job is about to end: its last commit waits for the coordinator's disk.",
  });
});

test("[X1] nothing is said to be of no use, and no other job is named", () => {
  const paused = bench.submit({ ...ONE, id: "j2" });
  bench.begin("ada");
  expect(said(paused).all_leased).toContain("what is late goes to idle volunteers too");
  bench.control("j2", { type: "pause" });
  const spec = bench.submit(ONE);
  bench.commit();
  expect(said(spec)).toEqual({
    behind_paused_jobs:
      "Slots are still busy with electrons of 1 paused job: wait until these are through, or cancel what is paused to free the slots.",
  });
});
