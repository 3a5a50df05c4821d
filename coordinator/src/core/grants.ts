/** Who gets what next: idle slots before prefetch, jobs by their share, leases by measured speed. */
import { isRested, leavesRetry, mayRun } from "./eligible.js";
import { isLate } from "./forecast.js";
import { type Job, runsOnce } from "./job.js";
import { lendTaken } from "./lend.js";
import { fairPart, paceOf } from "./pace.js";
import { askProbes } from "./probe.js";
import { share } from "./share.js";
import { leaseSize, worthPrefetch } from "./sizing.js";
import type { GridState, Lease, Slot } from "./state.js";
import { copyLast, endsToLookAt, tailIsDue, takeBack } from "./tail.js";

/** A slot stays with a job for at least that long, so that workers are not rebuilt for every lease. */
export const STAY_MS = 5_000;

/** Gives out all that can be given out now. */
export function grantAll(state: GridState): void {
  if (state.journal.full || state.draining) return;
  askProbes(state);
  grantReady(state);
  if (!tailIsDue(state)) return;
  const ends = endsToLookAt(state);
  if (takeBack(state, ends)) grantReady(state);
  copyLast(state, ends);
}

function grantReady(state: GridState): void {
  for (const strict of [true, false]) {
    for (const slot of state.idle) {
      if (!anyReady(state)) return;
      grantTo(state, slot, strict);
    }
  }
  for (const slot of state.idle) state.parked.add(slot);
  state.idle.clear();
  for (const slot of state.thin) {
    if (!anyReady(state)) return;
    prefetch(state, slot);
  }
}

/** Whether the slot may work on the job now. */
function eligible(state: GridState, job: Job, slot: Slot): boolean {
  const open = job.state === "queued" || job.state === "running";
  if (!open || job.electrons === null || job.electrons.ready === 0) return false;
  return isRested(state, job, slot) && mayRun(state, slot.session, job.spec.atom);
}

function anyReady(state: GridState): boolean {
  for (const job of state.jobs.values()) {
    if ((job.state === "queued" || job.state === "running") && job.electrons && job.electrons.ready > 0) return true;
  }
  return false;
}

/** A job may have nothing but retries that the slot leaves to others: then it is another job's turn. */
function grantTo(state: GridState, slot: Slot, strict: boolean): void {
  let passed: Set<Job> | null = null;
  for (let job = chooseJob(state, slot, passed); job; job = chooseJob(state, slot, passed)) {
    if (lend(state, slot, job, strict)) {
      stay(state, slot, job);
      return;
    }
    passed ??= new Set();
    passed.add(job);
  }
}

function stay(state: GridState, slot: Slot, job: Job): void {
  if (slot.job === job.spec.id) return;
  slot.job = job.spec.id;
  slot.since = state.now.mono;
}

/**
 * A second lease of the same job behind the first, where that saves waiting for the network. When it is another job's turn the
 * slot runs dry first, and what may run once at most waits nowhere. A slot that gets nothing is not looked at until it reports.
 */
function prefetch(state: GridState, slot: Slot): void {
  const head = slot.leases[0];
  const worth = head && mayPrefetch(state, slot, head) && chooseJob(state, slot, null) === head.job;
  if (!worth || !lend(state, slot, head.job, true)) state.thin.delete(slot);
}

function mayPrefetch(state: GridState, slot: Slot, head: Lease): boolean {
  if (runsOnce(head.job) || isLate(state, head)) return false;
  return worthPrefetch(head.pace, fairElectrons(state, slot, head.job));
}

function chooseJob(state: GridState, slot: Slot, passed: ReadonlySet<Job> | null): Job | null {
  const current = slot.job === null ? undefined : state.jobs.get(slot.job);
  const stays = state.now.mono - slot.since < STAY_MS && !(current && passed?.has(current));
  if (current && stays && eligible(state, current, slot)) return current;
  let best: Job | null = null;
  for (const job of state.jobs.values()) {
    if (passed?.has(job) || !eligible(state, job, slot)) continue;
    if (best === null || share(job) < share(best)) best = job;
  }
  return best;
}

/** The slot's part of the job's ready electrons. */
function fairElectrons(state: GridState, slot: Slot, job: Job): number {
  const { electrons } = job;
  return electrons ? (electrons.ready / electrons.chunk) * fairPart(job, paceOf(slot.session, job), state.slots) : 0;
}

function lend(state: GridState, slot: Slot, job: Job, strict: boolean): Lease | null {
  const { electrons } = job;
  if (!electrons) return null;
  const size = runsOnce(job) ? 1 : leaseSize(paceOf(slot.session, job), fairElectrons(state, slot, job));
  const taken = electrons.take(size, (failed) => leavesRetry(state, slot.session, { job, failed, strict }));
  if (!taken) return null;
  return lendTaken(state, slot, job, taken);
}
