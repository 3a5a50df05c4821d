/** What outsiders read: committed state, in the JSON form of values, with times as ISO 8601. */
import type { JobSummary, JobView, VolunteerView } from "@valence/shared/job-view";
import type { Value } from "@valence/shared/value";
import { decodeValue } from "@valence/shared/value-codec";
import { toJson } from "@valence/shared/value-json";
import type { JobProgress, JobReading } from "../core/job.js";
import type { JobSpec } from "../core/job-spec.js";
import { reducerOf } from "../core/reduce/reducer-of.js";
import type { Session } from "../core/state.js";
import { stoppedEarly } from "../core/stop.js";
import type { JobStatus } from "../core/writes.js";

export function liveView(spec: JobSpec, reading: JobReading): JobView {
  return { ...liveSummary(spec, reading), reduce: spec.reduce, result: toJson(reading.result) };
}

export function liveSummary(spec: JobSpec, reading: JobProgress): JobSummary {
  const { total, done, leased, waiting, dead, skipped, rate, eta } = reading;
  return { ...heading(spec, reading), progress: { total, done, leased, waiting, dead, skipped }, rate, eta };
}

/** A job that has ended, or was not taken up yet. */
export function storedView(spec: JobSpec, status: JobStatus): JobView {
  const { aggregate } = status;
  const reducer = spec.reduce === null || aggregate === null ? null : reducerOf(spec.reduce);
  const result: Value = reducer && aggregate ? reducer.read(reducer.unpack(decodeValue(aggregate))) : null;
  return { ...storedSummary(spec, status), reduce: spec.reduce, result: toJson(result) };
}

export function storedSummary(spec: JobSpec, status: JobStatus): JobSummary {
  const { done, dead, skipped } = status;
  const progress = { total: spec.input.total, done, leased: 0, waiting: 0, dead, skipped };
  return { ...heading(spec, status), progress, rate: 0, eta: null };
}

type Heading = Pick<JobStatus, "state" | "skipped" | "chunk" | "error" | "startedAt" | "endedAt">;

function heading({ id, name, atom, createdAt, deadlineAt }: JobSpec, status: Heading) {
  const { state, chunk, error, startedAt, endedAt } = status;
  return {
    id,
    name,
    atom,
    state,
    stopped: stoppedEarly(status),
    chunk,
    error,
    createdAt: iso(createdAt),
    startedAt: isoOrNull(startedAt),
    endedAt: isoOrNull(endedAt),
    deadline: isoOrNull(deadlineAt),
  };
}

export function volunteerView(session: Session): VolunteerView {
  const busy = session.slots.filter((slot) => slot.leases.length > 0).length;
  const { identity, agent, slots, connectedAt } = session;
  return { volunteer: shortIdentity(identity), agent, slots: slots.length, busy, connectedAt: iso(connectedAt) };
}

/** Enough of an identity to tell volunteers apart. */
export function shortIdentity(identity: string): string {
  return identity.slice(0, 16);
}

export function iso(wallMs: number): string {
  return new Date(wallMs).toISOString();
}

export function isoOrNull(wallMs: number | null): string | null {
  return wallMs === null ? null : iso(wallMs);
}
