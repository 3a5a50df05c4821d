import { JOB_STATES } from "@valence/shared/job-state";
import type { JobSummary } from "@valence/shared/job-view";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ListPage, type ListQuery, PAGE_JOBS, pageWith } from "./list-page.js";

const ALL: ListQuery = { state: null, before: null };

/** The `n`-th job of a grid: the higher, the newer. */
function job(n: number, state: JobSummary["state"] = "running"): JobSummary {
  const createdAt = new Date(Math.floor(n / 2) * 1_000).toISOString(); // some within the same millisecond
  return { id: `j${String(n).padStart(4, "0")}`, createdAt, state } as JobSummary;
}

/** What the coordinator would answer. */
function asked(jobs: Iterable<JobSummary>, { state, before }: ListQuery): ListPage {
  const fitting = [...jobs].filter((each) => state === null || each.state === state);
  const older = fitting.filter(({ id }) => before === null || id < before).sort((a, b) => (a.id < b.id ? 1 : -1));
  const page = older.slice(0, PAGE_JOBS);
  return { jobs: page, next: page.length < PAGE_JOBS ? null : (page.at(-1)?.id ?? null) };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const newsOf = (...jobs: JobSummary[]) => new Map(jobs.map((each) => [each.id, each]));

test("a new job comes first, and the oldest goes to the next page", () => {
  const page = asked(
    numbers(0, 40).map((n) => job(n)),
    ALL,
  );
  const after = pageWith(page, newsOf(job(40)), ALL);
  expect(after.jobs.map(({ id }) => id)).toEqual([job(40).id, ...page.jobs.slice(0, -1).map(({ id }) => id)]);
  expect([after.next, after.lacking]).toEqual([after.jobs.at(-1)?.id, false]);
});

test("what older jobs do is of no interest here, nor are new ones on an older page", () => {
  const jobs = numbers(0, 80).map((n) => job(n));
  const older = { state: null, before: job(60).id };
  expect(pageWith(asked(jobs, ALL), newsOf(job(3, "failed")), ALL)).toMatchObject(asked(jobs, ALL));
  expect(pageWith(asked(jobs, older), newsOf(job(80), job(70, "failed")), older)).toMatchObject(asked(jobs, older));
});

test("a job that is deleted, or of another state by now, leaves a gap that only the coordinator can fill", () => {
  const jobs = numbers(0, 40).map((n) => job(n));
  const running: ListQuery = { state: "running", before: null };
  expect(pageWith(asked(jobs, ALL), new Map([[job(30).id, null]]), ALL).lacking).toBe(true);
  expect(pageWith(asked(jobs, running), newsOf(job(30, "failed")), running).lacking).toBe(true);
  expect(pageWith(asked(jobs.slice(0, 9), ALL), new Map([[job(3).id, null]]), ALL)).toMatchObject({
    lacking: false,
    next: null,
  });
});

test("[U4] a page that heard all news is the one that the coordinator would answer now, or knows that it lacks something", () => {
  const change = fc.record({ n: fc.nat(59), state: fc.option(fc.constantFrom(...JOB_STATES)) });
  const query = fc.record({ state: fc.option(fc.constantFrom(...JOB_STATES)), before: fc.constant(null) });
  fc.assert(
    fc.property(query, fc.nat(40), fc.array(fc.array(change, { maxLength: 4 })), (query, count, messages) => {
      const jobs = new Map(numbers(0, count).map((n) => [job(n).id, job(n)]));
      let page: ListPage = asked(jobs.values(), query);
      for (const message of messages) {
        const news = new Map(message.map(({ n, state }) => [job(n).id, state === null ? null : job(n, state)]));
        for (const [id, now] of news) now === null ? jobs.delete(id) : jobs.set(id, now);
        const { lacking, ...after } = pageWith(page, news, query);
        page = lacking ? asked(jobs.values(), query) : after;
        expect(page.jobs).toEqual(asked(jobs.values(), query).jobs);
      }
    }),
  );
});
