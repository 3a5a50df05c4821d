import type { JobView } from "@valence/shared/job-view";
import { describe, expect, test } from "vitest";
import { JOB } from "../testing/fake-grid.js";
import { answerLines, estimateText } from "./answer.js";
import { endLine, jobLines, progressLine } from "./job-text.js";
import { widthOf } from "./width.js";

const MEAN = { mean: 2.5, variance: 2.7, low: 2.49968, high: 2.50032, n: 1_000_000 };
const job = (more: Partial<JobView>): JobView => ({ ...JOB, ...more });

describe("a line of progress", () => {
  test("has name, bar, share, rate, time left and estimate", () => {
    const line = progressLine(job({ rate: 1.2e6, result: MEAN }), 80);
    expect(line).toBe(`pi  █${"░".repeat(18)}  10.0 %  1.2 M items/s  1 to 2 s left  2.50000 ± 0.00032`);
    expect(widthOf(line)).toBe(80);
  });

  test("has no bar where there is no room, and none off a terminal", () => {
    const text = "pi  10.0 %  2.5 items/s  1 to 2 s left  3.14";
    expect(progressLine(JOB, 55)).toBe(text);
    expect(progressLine(JOB, Number.POSITIVE_INFINITY)).toBe(text);
  });

  test.each([
    [{ state: "queued" as const, chunk: null }, "pi  10.0 %  queued"],
    [{ chunk: null }, "pi  10.0 %  measuring how much fits a chunk"],
    [{ state: "paused" as const }, "pi  10.0 %  paused  3.14"],
    [{ eta: null, rate: 0, progress: { ...JOB.progress, dead: 2 } }, "pi  10.0 %  2 dead  3.14"],
    [{ name: "\x1b[2J", eta: null, rate: 0 }, "\\u{1b}[2J  10.0 %  3.14"],
  ])("%j", (more, line) => expect(progressLine(job(more), 0)).toBe(line));

  test("says why the job stands still instead of how fast it was", () => {
    const line = progressLine(job({ state: "queued", result: null }), 0, "nobody is there to work");
    expect(line).toBe("pi  10.0 %  nobody is there to work");
    expect(progressLine(job({ rate: 5 }), 0, "the job is paused")).toBe("pi  10.0 %  the job is paused  3.14");
  });
});

test("the end says how long it took and what went wrong", () => {
  const error = { code: "dead_letter", message: "electron 3:\n\x1b[31mboom" };
  const endedAt = "2026-11-01T00:01:21.000Z";
  expect(endLine(job({ state: "failed", error, endedAt }))).toBe(
    "failed in 1 min 20 s, 10 of 100 items: electron 3:\\n\\u{1b}[31mboom (dead_letter)",
  );
});

test.each([
  [
    "2026-11-01T00:00:02.300Z",
    "2026-11-01T00:00:02.390Z",
    "succeeded in 90 ms, 2.4 s after its submit, 10 of 100 items",
  ],
  ["2026-11-01T00:00:01.000Z", "2026-11-01T00:00:01.090Z", "succeeded in 90 ms, 10 of 100 items"],
  ["2026-11-01T00:00:02.000Z", "2026-11-01T02:00:02.000Z", "succeeded in 2 h, 10 of 100 items"],
])("a job that began at %s and ended at %s says so, and how long after its submit", (startedAt, endedAt, line) => {
  expect(endLine(job({ state: "succeeded", startedAt, endedAt }))).toBe(line);
});

test("a job that knew enough says that it stopped early", () => {
  const stopped = job({ state: "succeeded", stopped: true, endedAt: "2026-11-01T00:00:03.000Z" });
  expect(endLine(stopped)).toBe("succeeded in 2.0 s, stopped early after 10 of 100 items");
  expect(jobLines(stopped, 0)).toContain("state     succeeded, stopped early");
});

test("a job below its titles leaves out what it does not have", () => {
  const rule = { histogram: { from: 0, to: 1, bins: 2 } };
  const lines = jobLines(job({ name: "a\u202eb", reduce: rule }), Date.parse(JOB.createdAt) + 60_000);
  expect(lines).toContain('reduce    {"histogram":{"from":0,"to":1,"bins":2}}');
  expect(lines).toContain("name      a\\u{202e}b");
  expect(lines).toContain("progress  10.0 %: 10 of 100 items, 5 leased");
  expect(lines).toContain("created   2026-11-01T00:00:00.000Z (1 min ago)");
  expect(lines.join()).not.toMatch(/ended|deadline/);
  expect(jobLines(job({ deadline: "2027-01-01T00:00:00.000Z" }), 0)).toContain("deadline  2027-01-01T00:00:00.000Z");
});

describe("an answer", () => {
  test.each([
    [664_579, ["664579"]],
    [0.1 + 0.2, ["0.30000000000000004"]],
    [MEAN, ["2.50000 ± 0.00032  (95 % interval 2.49968 to 2.50032, n 1,000,000)"]],
    [{ ...MEAN, low: null, high: null, n: 1 }, ["2.5  (n 1)"]],
    [{ ...MEAN, low: { $num: "-Infinity" }, high: { $num: "Infinity" }, n: 2 }, ["2.5  (n 2)"]],
    [
      { a: 1, longer: MEAN },
      ["a       1", "longer  2.50000 ± 0.00032  (95 % interval 2.49968 to 2.50032, n 1,000,000)"],
    ],
    [[1, "\x1b"], ['[1,"\\u001b"]']],
    ["a\nb", ["a\\nb"]],
    [{ $num: "NaN" }, ['{"$num":"NaN"}']],
    [{}, ["{}"]],
  ])("%j", (result, lines) => expect(answerLines(result)).toEqual(lines));

  test("of a histogram, of the best and of keys is its fields and JSON", () => {
    expect(answerLines({ counts: [1, 0], under: 0, over: 2 })).toEqual(["counts  [1,0]", "under   0", "over    2"]);
    expect(answerLines([{ score: 2 }, { score: 1 }])).toEqual(['[{"score":2},{"score":1}]']);
    const keys = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`key ${i}`, i]));
    expect(answerLines(keys)).toHaveLength(200_000);
  });

  test("is padded for usual keys, and not for one that is longer", () => {
    const key = (length: number) => "k".repeat(length);
    expect(answerLines({ a: 1, [key(24)]: 2 })).toEqual([`a${" ".repeat(25)}1`, `${key(24)}  2`]);
    expect(answerLines({ a: 1, [key(2_000)]: 2 })).toEqual([`a${" ".repeat(25)}1`, `${key(2_000)}  2`]);
  });

  test("shows a short estimate while it grows", () => {
    const estimates = [MEAN, 12_345_678, 0.1 + 0.2, { hits: 3, pi: MEAN }, { a: "x" }, null, [1]].map(estimateText);
    expect(estimates).toEqual(["2.50000 ± 0.00032", "12.3 M", "0.3", "pi 2.50000 ± 0.00032", "", "", ""]);
  });
});
