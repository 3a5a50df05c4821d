/** What of a job is written, and when it becomes visible: its numbered events and its status. */
import type { JobEvent } from "@valence/shared/job-event";
import { hasEnded } from "@valence/shared/job-state";
import { encodeValue } from "@valence/shared/value-codec";
import type { FailedElectron } from "./failed-electron.js";
import { decided, decidedFold, type Job } from "./job.js";
import type { GridState } from "./state.js";
import type { JobStatus } from "./writes.js";

/** Numbers and writes an event of the job, in the commit of what it tells of. */
export function noteEvent(state: GridState, job: Job, kind: JobEvent["kind"], body: Record<string, unknown>): void {
  const number = ++job.events;
  const event = { job: job.spec.id, number, at: state.now.wall, kind, body: JSON.stringify(body) };
  state.journal.write({ type: "event", event }, () => {
    job.eventsShown = number;
  });
}

/** Writes the job's status; it becomes visible when that is durable. */
export function writeStatus(state: GridState, job: Job): void {
  state.journal.write({ type: "status", job: job.spec.id, status: statusOf(job) }, showLater(job));
}

/** Writes what is remembered of an electron that went wrong: dead, or to be tried from `readyAt` (wall) on. */
export function writeElectron(state: GridState, failed: FailedElectron, readyAt: number, onDurable?: () => void): void {
  const { job, electron, attempts, suspects } = failed;
  const kept = failed.state === "dead" ? "dead" : "waiting";
  state.journal.write(
    { type: "electron", electron: { job, electron, state: kept, attempts, readyAt, suspects } },
    onDurable,
  );
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
