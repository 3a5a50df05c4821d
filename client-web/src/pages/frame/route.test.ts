import { JOB_STATES } from "@valence/shared/job-state";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isArrival, jobPath, jobsPath, routeOf } from "./route.js";

const at = (href: string) => routeOf(new URL(href, "http://grid.example"));

test.each([
  ["/", { page: "lend" }],
  ["/?from=mail", { page: "lend" }],
  ["/jobs", { page: "jobs", state: null, before: null }],
  ["/jobs/", { page: "jobs", state: null, before: null }],
  ["/jobs?state=failed&before=c1", { page: "jobs", state: "failed", before: "c1" }],
  ["/jobs?state=lost", { page: "jobs", state: null, before: null }],
  ["/jobs/0mwx80", { page: "job", id: "0mwx80" }],
  ["/jobs/a%2Fb", { page: "job", id: "a/b" }],
  ["/jobs/%E0%A4%A", { page: "unknown", path: "/jobs/%E0%A4%A" }],
  ["/jobs/0mwx80/results", { page: "unknown", path: "/jobs/0mwx80/results" }],
  ["/api/v1/jobs", { page: "unknown", path: "/api/v1/jobs" }],
])("%s is a page or none", (href, route) => expect(at(href)).toEqual(route));

test("what a link says is what its page shows, whatever strangers call things", () => {
  const state = fc.option(fc.constantFrom(...JOB_STATES));
  fc.assert(
    fc.property(state, fc.option(fc.string({ minLength: 1 })), (state, before) => {
      expect(at(jobsPath({ state, before }))).toEqual({ page: "jobs", state, before });
    }),
  );
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (id) => {
      fc.pre(id !== "." && id !== ".."); // a URL has no such names
      expect(at(jobPath(id))).toEqual({ page: "job", id });
    }),
  );
});

describe("another page is one that is read from its top", () => {
  test.each([
    ["/", "/jobs", true],
    ["/jobs/a", "/jobs/b", true],
    ["/jobs", "/jobs?before=c1", true],
    ["/jobs", "/jobs?state=failed", false],
    ["/jobs/a", "/jobs/a", false],
  ])("from %s to %s: %s", (from, to, arrival) => expect(isArrival(at(from), at(to))).toBe(arrival));
});
