import { deadLetterView, explainView, gridView, jobSummary, jobView } from "@valence/shared/job-view";
import fc from "fast-check";
import { expect, test } from "vitest";
import type * as z from "zod";
import {
  type Check,
  isDeadLetterView,
  isExplainView,
  isGridView,
  isJobSummary,
  isJobView,
  isListMessage,
  isPageOf,
} from "./checks.js";

const JOB = {
  id: "j1",
  name: null,
  atom: "pi@sha256-ab",
  state: "running",
  stopped: false,
  progress: { total: 10, done: 3, leased: 2, waiting: 0, dead: 1, skipped: 0 },
  chunk: 1,
  rate: 2.5,
  eta: { lowMs: 1, highMs: 2 },
  reduce: { histogram: { from: 0, to: 1, bins: 2 } },
  result: { mean: 3 },
  error: null,
  createdAt: "2026-11-01T00:00:00.000Z",
  startedAt: null,
  endedAt: null,
  deadline: null,
};
const ERROR = { attempt: 1, code: "error", message: "no", stack: null, volunteer: "v", at: "2026-11-01T00:00:00.000Z" };
const LETTER = { electron: 1, item: 2, payload: [1], attempts: 1, errors: [ERROR] };
const REASON = { code: "back_off", message: "wait", count: 3, until: null };
const EXPLANATION = { job: "j1", state: "running", deadline: null, reasons: [REASON] };

const CHECKS: readonly [name: string, check: Check<unknown>, schema: z.ZodType, sample: object][] = [
  ["a job", isJobView, jobView, JOB],
  ["a job in a list", isJobSummary, jobSummary, JOB],
  ["a dead letter", isDeadLetterView, deadLetterView, LETTER],
  ["an explanation", isExplainView, explainView, EXPLANATION],
  ["a grid", isGridView, gridView, { operator: "Ada" }],
];

/** What may stand where something else should. */
const odd = fc.constantFrom(undefined, null, -1, 0.5, 2 ** 53, "", "lost", true, [], {}, [null]);

test.each(CHECKS)("%s passes exactly if it fits the schema", (_, check, schema, sample) => {
  expect([check(sample), schema.safeParse(sample).success]).toEqual([true, true]);
  fc.assert(
    fc.property(mutated(sample), (value) => {
      expect(check(value)).toBe(schema.safeParse(value).success);
    }),
    { numRuns: 2_000 },
  );
});

test("a page is a list with a cursor", () => {
  const isPage = isPageOf(isGridView);
  expect(isPage({ items: [{ operator: null }], next: null })).toBe(true);
  for (const wrong of [[], null, { items: [] }, { items: {}, next: null }, { items: [{}], next: null }]) {
    expect(isPage(wrong)).toBe(false);
  }
});

test("a message of the list is one of two kinds", () => {
  const { result: _, reduce: __, ...summary } = JOB;
  expect(isListMessage({ type: "reset", items: [summary], next: null })).toBe(true);
  expect(isListMessage({ type: "changes", changed: [summary], deleted: ["j2"] })).toBe(true);
  for (const wrong of [null, { type: "reset" }, { type: "changes", changed: [summary] }, { type: "more", items: [] }]) {
    expect(isListMessage(wrong)).toBe(false);
  }
});

/** The sample with one of its places changed, or taken away; or something else altogether: whatever JSON can bring. */
function mutated(sample: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(sample);
  return fc
    .tuple(fc.constantFrom(...places), odd)
    .map(([place, value]) => JSON.parse(JSON.stringify(withAt(sample, place, value)) ?? "null"));
}

function placesIn(value: unknown, at: readonly string[] = []): string[][] {
  const deeper =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, each]) => placesIn(each, [...at, key]))
      : [];
  return [[...at], ...deeper];
}

function withAt(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = withAt(copy[key], rest, put);
  return copy;
}
