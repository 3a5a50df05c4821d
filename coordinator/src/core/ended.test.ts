import { describe, expect, test } from "vitest";
import { endedError, endWords } from "./ended.js";
import { Bench, specOf, WALL } from "./fixtures.js";

test("an end is told as a sentence", () => {
  expect((["succeeded", "failed", "cancelled"] as const).map(endWords)).toEqual([
    "has succeeded",
    "has failed",
    "was cancelled",
  ]);
});

describe("[S6] what is said to be left of an ended job is what would not be refused", () => {
  const said = (dead: number, changes = {}) =>
    endedError({ spec: specOf(changes), state: "cancelled", dead }, WALL).message;

  test("a retry where there are dead letters, and the deadline has not passed", () => {
    expect(said(0)).toBe("the job was cancelled; only delete is left");
    expect(said(1)).toBe("the job was cancelled; only retry and delete are left");
    expect(said(1, { deadlineAt: WALL + 1 })).toContain("retry");
    expect(said(1, { deadlineAt: WALL })).not.toContain("retry");
  });

  test("results where they were kept", () => {
    expect(said(0, { keep: true })).toBe("the job was cancelled; only results and delete are left");
    expect(said(2, { keep: true })).toBe("the job was cancelled; only retry, results and delete are left");
  });
});

test("[S6] steering a job whose end is not committed is refused with why it still seems to run", () => {
  const bench = new Bench();
  bench.submit({ input: { kind: "list", total: 1 } });
  bench.join("ada");
  bench.commit();
  bench.report("ada", bench.granted("ada").lease, 0, [1]);
  expect(bench.read().state).toBe("running");
  for (const type of ["pause", "resume"] as const) {
    expect(() => bench.control("j1", { type })).toThrow(
      expect.objectContaining({
        code: "job_ended",
        message: "the job is about to end (succeeded): its last commit waits for the disk",
      }),
    );
  }
});
