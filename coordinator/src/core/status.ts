/** What of a job is written, and when it becomes visible: its numbered events and its status. */
import { hasEnded } from "@valence/shared/job-state";
import { encodeValue } from "@valence/shared/value-codec";
import { decided, decidedFold, type Job } from "./job.js";
import type { GridState } from "./state.js";
import type { JobStatus } from "./writes.js";

/** Numbers and writes an event of the job. */
export function noteEvent(state: GridState, job: Job, kind: string, body: Record<string, unknown>): void {
  job.events += 1;
  const event = { job: job.spec.id, number: job.events, at: state.now.wall, kind, body: JSON.stringify(body) };
  state.journal.write({ type: "event", event });
}

/** Writes the job's status; it becomes visible when that is durable. */
export function writeStatus(state: GridState, job: Job): void {
  state.journal.write({ type: "status", job: job.spec.id, status: statusOf(job) }, showLater(job));
}

/** What makes the present state visible, once the step's commit holds. */
export function showLater(job: Job): () => void {
  const shown = decided(job);
  return () => {
    job.shown = shown;
    job.version += 1;
  };
}

export function statusOf(job: Job): JobStatus {
  const { state, error, startedAt, endedAt, chunk, done, dead, skipped } = decided(job);
  const { reducer } = job;
  const packed = hasEnded(state) && reducer ? encodeValue(reducer.pack(decidedFold(job))) : null;
  return { state, chunk, error, startedAt, endedAt, done, dead, skipped, aggregate: packed };
}
