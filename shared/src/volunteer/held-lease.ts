/** A lease as the volunteer holds it. */
import type { Down } from "../protocol/down.js";
import type { Failure, Part } from "../protocol/fields.js";
import type { Report } from "./outbox.js";

/** What a worker needs of a job, said once per link; every grant refers to it by `job`. */
export type JobOrder = Extract<Down, { type: "job" }>;
/** Electrons `[from, to)`, at most LEASE_ELECTRONS_MAX; a list's elements travel in it. */
export type Grant = Extract<Down, { type: "grant" }>;

/** After a worker died with outcomes it had not posted, at most as many electrons are run one by one. */
export const SOLO_MAX = 256;
/** Finished electrons are reported at least this often. */
export const REPORT_MS = 250;
/** They are reported as soon as they are that many bytes. */
export const REPORT_BYTES = 512 * 1024;

/** `grant.from` ≤ `reported` ≤ `next` ≤ `grant.to` at all times, in electrons. */
export type HeldLease = {
  readonly grant: Grant;
  readonly job: JobOrder;
  /** First electron whose outcome the worker has not posted. */
  next: number;
  /** First electron whose outcome was not reported; `parts` hold those between. */
  reported: number;
  parts: Part[];
  partsBytes: number;
  /** Monotonic time of the last report; before the first, long ago. */
  flushedAt: number;
  started: boolean;
  /** Give the rest back when the worker has stopped between two electrons. */
  returning: boolean;
  /** Electrons still to be run one by one: a worker died over them and it is not known which one killed it. */
  solo: number;
  /** They are run while no other slot starts anything: it is not known either whether this lease killed the worker. */
  suspected: boolean;
};

/** Before its first report nothing holds one back, so that a short lease is reported at once. */
export function heldLease(grant: Grant, job: JobOrder): HeldLease {
  return {
    grant,
    job,
    next: grant.from,
    reported: grant.from,
    parts: [],
    partsBytes: 0,
    flushedAt: Number.NEGATIVE_INFINITY,
    started: false,
    returning: false,
    solo: 0,
    suspected: false,
  };
}

/** When what the lease has finished must be reported; infinite when there is nothing. */
export function flushAt(lease: HeldLease): number {
  if (lease.parts.length === 0) return Number.POSITIVE_INFINITY;
  return lease.partsBytes >= REPORT_BYTES ? Number.NEGATIVE_INFINITY : lease.flushedAt + REPORT_MS;
}

/** Adds what its worker has posted. */
export function take(lease: HeldLease, part: Part): void {
  lease.parts.push(part);
  lease.partsBytes += part.values.length + part.micros.length;
  lease.next += part.count;
  lease.solo = Math.max(0, lease.solo - part.count);
  lease.suspected &&= lease.solo > 0;
}

/** What the lease has to report: what is finished, and the failure that ended it; null when there is nothing. */
export function takeReport(lease: HeldLease, failure: Failure | null, now: number): Report | null {
  if (lease.parts.length === 0 && !failure) return null;
  const { parts, reported: first } = lease;
  lease.parts = [];
  lease.partsBytes = 0;
  lease.reported = lease.next;
  lease.flushedAt = now;
  return { type: "report", lease: lease.grant.lease, first, parts, failure };
}

/** What ran and was not posted is run one by one from now on, each electron with the coordinator's clock from the start. */
export function goAlone(lease: HeldLease, until: number): void {
  lease.solo = Math.min(until - lease.next, SOLO_MAX);
  lease.started = false;
}

/** As `goAlone`, and no other slot may start anything meanwhile: what killed the worker may have run elsewhere. */
export function suspect(lease: HeldLease, until: number): void {
  lease.suspected = true;
  goAlone(lease, until);
}

/** A failure that the volunteer itself saw, without the atom's own words. */
export function failureOf(code: Failure["code"], message: string): Failure {
  return { code, message, stack: null, retryable: true, retryAfterMs: null };
}
