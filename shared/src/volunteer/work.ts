/** What a slot's worker is doing, and when it has taken too long over it. */
import type { HeldLease, JobOrder } from "./held-lease.js";

/** A worker posts finished electrons at least this often, so the running one may be that much younger than it seems. */
export const POST_MS = 10;
/** Fetching and importing an atom may take that long, whatever the job's time-out. */
export const OPEN_MS = 30_000;

/**
 * A worker that is ready stays that long for the next job of its atom, which then need not wait for one to open; no longer, for
 * what an atom has left running in it is nobody's work.
 */
export const SPARE_MS = 10_000;

/** A union, so that a time-out always has its `since` (monotonic milliseconds); a dead worker is `empty`. */
export type Work =
  | { readonly state: "empty" }
  | { readonly state: "opening"; readonly job: JobOrder; readonly since: number }
  /** `job` is the last one it worked for; `until` is infinite unless that is forgotten. */
  | { readonly state: "ready"; readonly job: JobOrder; readonly until: number }
  | {
      readonly state: "running";
      readonly lease: HeldLease;
      /** The run's last electron + 1. */
      readonly until: number;
      /** When the running electron began, at the earliest: its time-out counts from here. */
      since: number;
      halting: boolean;
    }
  | { readonly state: "probing"; readonly job: JobOrder; readonly since: number };

/** The only state in which electrons are computed: `lease.next` is the first that may be under way. */
export type Running = Extract<Work, { state: "running" }>;

/** A worker serves one atom version of one owner; another key needs a fresh one. */
export function workerKey(job: JobOrder): string {
  return `${job.atom} ${job.own}`;
}

/** When the worker must be killed unless it has said something, or been asked anything; infinite when it may stay. */
export function killAt(work: Work): number {
  if (work.state === "opening") return work.since + OPEN_MS;
  if (work.state === "running") return work.since + work.lease.job.timeoutMs + POST_MS;
  if (work.state === "probing") return work.since + work.job.timeoutMs;
  if (work.state === "ready") return work.until;
  return Number.POSITIVE_INFINITY;
}

/** What a kill at `killAt` is reported as. */
export function lateMessage(work: Work): string {
  if (work.state === "opening") return `the atom was not loaded within ${OPEN_MS} ms`;
  return work.state === "running" ? `no answer within ${work.lease.job.timeoutMs} ms` : "no answer in time";
}
