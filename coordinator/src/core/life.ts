/**
 * The states of a job.
 *
 *   queued ──first grant──► running ◄──resume── paused        succeeded · failed · cancelled ──retry──► running
 *      │                       │ ──────pause──────►│
 *      └───────────────────────┴───────────────────┴──► cancelled; the commit that settles the last electron ends a job
 */
import { GridError } from "@valence/shared/errors";
import type { JobAct } from "@valence/shared/job-event";
import { hasEnded, type JobState } from "@valence/shared/job-state";
import { FAILED_ELECTRONS_MAX } from "@valence/shared/limits";
import { endedError, endingError } from "./ended.js";
import { revokeLease } from "./endings.js";
import { decided, type Job, type JobError } from "./job.js";
import { endLease, leasesOf } from "./leases.js";
import { endProbe } from "./probe.js";
import { raiseShare, share } from "./share.js";
import { type GridState, reopenSlots, send } from "./state.js";
import { noteEvent, showLater, statusOf, writeElectron, writeStatus } from "./status.js";
import { knowsEnough, stoppedEarly } from "./stop.js";

/** Who steers a job: a shortened fingerprint of the token, or null. Ends up in the job's events. */
export type By = string | null;

/** The first grant of a job that waits in the queue. */
export function startJob(state: GridState, job: Job): void {
  if (job.state !== "queued") return;
  joinQueue(state, job);
  job.startedAt ??= state.now.wall;
  changeState(state, job, "running");
}

export function pauseJob(state: GridState, job: Job, by: By): void {
  refuseEnded(state, job);
  if (job.state === "paused") return;
  noteAct(state, job, { act: "pause", by });
  changeState(state, job, "paused");
  for (const lease of leasesOf(state, job)) {
    if (lease.sent)
      send(state, lease.slot.session, { type: "revoke", lease: lease.id, kill: false, code: "job_paused" });
    else endLease(state, lease);
  }
}

export function resumeJob(state: GridState, job: Job, by: By): void {
  refuseEnded(state, job);
  if (job.state !== "paused") return;
  noteAct(state, job, { act: "resume", by });
  joinQueue(state, job);
  changeState(state, job, job.startedAt === null ? "queued" : "running");
}

/** Idempotent; an ended job stays what it is. */
export function cancelJob(state: GridState, job: Job, by: By): void {
  if (hasEnded(job.state)) return;
  noteAct(state, job, { act: "cancel", by });
  endJob(state, job, "cancelled", null);
}

/** Dead letters are ready again, one or all, and with them what was skipped. */
export function retryJob(state: GridState, job: Job, electron: number | null, by: By): void {
  const dead = [...(job.electrons?.failed.values() ?? [])].filter(
    (failed) => failed.state === "dead" && (electron === null || failed.electron === electron),
  );
  if (!job.electrons || dead.length === 0) throw new GridError("nothing_to_retry", nothingToRetry(job, electron));
  if (deadlineAt(job) <= state.now.wall)
    throw new GridError("job_ended", "the job's deadline has passed: submit it again");
  armDeadline(state, job);
  noteAct(state, job, { act: "retry", electron, by });
  for (const failed of dead) {
    job.electrons.revive(failed);
    writeElectron(state, failed, state.now.wall);
  }
  const wasEnded = hasEnded(job.state);
  if (wasEnded) job.electrons.unskip();
  job.error = null;
  job.endedAt = null;
  joinQueue(state, job);
  if (wasEnded) changeState(state, job, "running");
  else writeStatus(state, job);
}

/**
 * After whatever may have settled an electron; `buried`: as a dead letter. The commit that settles the last one also ends the job, and
 * so does the one with a dead letter too many, or the one that makes its mean known well enough. Dead letters that a retry has left
 * where they are count at the end only.
 */
export function settleJob(state: GridState, job: Job, { buried }: { buried: boolean }): void {
  if (!job.electrons || hasEnded(job.state)) return;
  const { settled, failed } = job.electrons;
  if ((buried || settled) && tooManyDead(job)) failForDead(state, job);
  else if (failed.size > FAILED_ELECTRONS_MAX) failForFailures(state, job);
  else if (settled || knowsEnough(job)) endJob(state, job, "succeeded", null);
}

/** From now on the job fails at its deadline, if it has one. */
export function armDeadline(state: GridState, job: Job): void {
  const leftMs = Math.max(0, deadlineAt(job) - state.now.wall);
  state.deadlines.set(job.deadline, state.now.mono + leftMs);
}

export function missDeadline(state: GridState, job: Job): void {
  if (hasEnded(job.state)) return;
  const done = job.electrons?.counts.done ?? 0;
  const message = `the deadline came when ${done} of ${job.spec.input.total} items were done`;
  endJob(state, job, "failed", { code: "deadline_exceeded", message });
}

/** Ends a job now: what is not settled is skipped, and whatever computes it is killed. */
export function endJob(state: GridState, job: Job, end: JobState, error: JobError | null): void {
  job.state = end;
  job.error = error;
  job.endedAt = state.now.wall;
  for (const lease of leasesOf(state, job)) revokeLease(state, lease, "job_ended");
  job.electrons?.skipRest();
  endProbe(state, job);
  state.deadlines.set(job.deadline, Number.POSITIVE_INFINITY);
  noteEvent(state, job, end, error ? { error } : stoppedEarly(decided(job)) ? { stopped: true } : {});
  state.journal.write({ type: "status", job: job.spec.id, status: statusOf(job) }, forgetLater(state, job));
}

/** Wall-clock milliseconds; infinite without a deadline. */
function deadlineAt({ spec }: Job): number {
  return spec.deadlineAt ?? Number.POSITIVE_INFINITY;
}

function tooManyDead(job: Job): boolean {
  const { onFailure } = job.spec.policy;
  const dead = job.electrons?.counts.dead ?? 0;
  return dead > (onFailure === "fail" ? 0 : onFailure.tolerate * job.spec.input.total);
}

function failForDead(state: GridState, job: Job): void {
  const dead = job.electrons?.counts.dead ?? 0;
  const message = `${dead} of ${job.spec.input.total} items could not be computed: see the dead letters, then retry`;
  endJob(state, job, "failed", { code: "dead_letter", message });
}

/** Each of them is remembered by itself, so that their number must have an end. */
function failForFailures(state: GridState, job: Job): void {
  const message = `more than ${FAILED_ELECTRONS_MAX} electrons have failed and are not done (FAILED_ELECTRONS_MAX): correct the atom`;
  endJob(state, job, "failed", { code: "too_many_failures", message });
}

function nothingToRetry(job: Job, electron: number | null): string {
  return electron === null
    ? `job ${job.spec.id} has no dead letters`
    : `electron ${electron} of job ${job.spec.id} is no dead letter; the list of dead letters names those that are`;
}

/** Once the end is durable, nobody here needs the job any more. */
function forgetLater(state: GridState, job: Job): () => void {
  const reveal = showLater(job);
  return () => {
    reveal();
    if (!hasEnded(job.state)) return;
    const { id } = job.spec;
    state.jobs.delete(id);
    for (const session of state.sessions.values()) {
      session.paces.delete(id);
      if (session.orders.delete(id)) send(state, session, { type: "forget", job: id });
    }
  };
}

function noteAct(state: GridState, job: Job, act: { act: JobAct; by: By; electron?: number | null }): void {
  noteEvent(state, job, "act", act);
}

function changeState(state: GridState, job: Job, next: JobState): void {
  job.state = next;
  noteEvent(state, job, next, {});
  writeStatus(state, job);
}

/** A job that joins the others does not make up for the time it was not there. */
function joinQueue(state: GridState, job: Job): void {
  reopenSlots(state);
  let least = Number.POSITIVE_INFINITY;
  for (const other of state.jobs.values()) {
    if (other !== job && other.state === "running") least = Math.min(least, share(other));
  }
  if (least !== Number.POSITIVE_INFINITY) raiseShare(job, least);
}

function refuseEnded(state: GridState, job: Job): void {
  if (!hasEnded(job.state)) return;
  if (!hasEnded(job.shown.state)) throw endingError(job.state);
  throw endedError({ spec: job.spec, ...decided(job) }, state.now.wall);
}
