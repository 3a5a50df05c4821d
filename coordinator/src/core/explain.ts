/** Why nothing, or so little, of a job is running: facts, by code and count. The words are somebody else's. */
import { hasEnded } from "@valence/shared/job-state";
import { REASONS, type ReasonCode } from "@valence/shared/reasons";
import type { Electrons } from "./electrons.js";
import { type Bar, barOf } from "./eligible.js";
import { avoids, type FailedElectron } from "./failed-electron.js";
import { isSilent } from "./forecast.js";
import { decided, type Job } from "./job.js";
import { leasesOf } from "./leases.js";
import type { Now } from "./now.js";
import type { GridState, Lease, Session, Slot } from "./state.js";

/**
 * `count` of what, goes by the code: volunteers for what keeps them, items for what waits, slots for `running`, jobs for `behind_…_jobs`.
 * `until` is wall-clock milliseconds: when that changes by itself, if it is known.
 */
export type Reason = { readonly code: ReasonCode; readonly count: number | null; readonly until: number | null };

/** At least one reason, in the order of `REASONS`. Takes time in proportion to sessions, leases and failed electrons: for who asks, not for each step. */
export function explainJob(state: GridState, job: Job, now: Now): Reason[] {
  const at = (mono: number): number | null => (Number.isFinite(mono) ? Math.ceil(now.wall + mono - now.mono) : null);
  const found = new Map<ReasonCode, Reason>();
  const tell = (code: ReasonCode, count: number | null = null, untilMono = Number.POSITIVE_INFINITY) => {
    if (count !== 0) found.set(code, { code, count, until: at(untilMono) });
  };
  tell("dead_letters", job.electrons?.counts.dead ?? 0);
  if (hasEnded(job.shown.state)) tell("ended");
  else if (hasEnded(job.state)) tellOfEnd(state, job, now, tell);
  else {
    tellOfGrid(state, job, now, tell);
    tellOfVolunteers(state, job, tell);
    tellOfElectrons(state, job, now, tell);
  }
  if (found.size === 0) tell("running");
  return (Object.keys(REASONS) as ReasonCode[]).flatMap((code) => found.get(code) ?? []);
}

type Tell = (code: ReasonCode, count?: number | null, untilMono?: number) => void;

function tellOfGrid(state: GridState, job: Job, now: Now, tell: Tell): void {
  if (job.state === "paused") tell("paused");
  if (state.draining) tell("draining");
  tellOfStore(state, now, tell);
  if (job.probe) tell("measuring", job.probe.asked.size + job.probe.answered.size || null);
  const behind = decided(job);
  tell("committing", behind.done - job.shown.done);
}

/** It ends with a commit that is under way: until that holds, nobody is told that it has ended. */
function tellOfEnd(state: GridState, job: Job, now: Now, tell: Tell): void {
  tellOfStore(state, now, tell);
  tell("committing", decided(job).done - job.shown.done || null);
}

function tellOfStore({ journal }: GridState, now: Now, tell: Tell): void {
  if (journal.full || journal.stuck(now.mono)) tell("store_stuck");
}

/** Who is there, and what keeps them from the job. */
function tellOfVolunteers(state: GridState, job: Job, tell: Tell): void {
  const ready = [...state.sessions.values()].filter(({ link }) => link === "ready");
  if (ready.length === 0) tell("no_volunteers");
  const barred = new Map<ReasonCode, Bar[]>();
  for (const session of ready) {
    const bar = barOf(state, session, job.spec.atom);
    if (!bar) continue;
    const code = codeOf(bar);
    barred.set(code, [...(barred.get(code) ?? []), bar]);
  }
  for (const [code, bars] of barred) tell(code, bars.length, Math.min(...bars.map(({ until }) => until)));
}

function codeOf({ why }: Bar): ReasonCode {
  return why === "kept_off" || why === "foreign_atom" || why === "source_unreachable" ? why : "declined";
}

/** What there is to give out, and who is at it. */
function tellOfElectrons(state: GridState, job: Job, now: Now, tell: Tell): void {
  const { electrons } = job;
  if (!electrons) return;
  const { ready, counts, failed } = electrons;
  const slots = [...state.sessions.values()]
    .filter((session) => mayWork(state, session, job))
    .flatMap(({ slots }) => slots);
  const jobs = slots.map((slot) => jobAt(state, slot));
  tell("running", slots.filter((slot, i) => jobs[i] === job && !isSilent(state, slot.session)).length);
  const awaited = tellOfAbsent(state, job, electrons, tell);
  if (ready === 0) tell("all_leased", counts.leased - awaited);
  const waiting = [...failed.values()].filter((electron) => electron.state === "waiting");
  tell("back_off", counts.waiting, Math.min(...waiting.map(({ deadline }) => deadline)));
  if (ready === 0 || job.state === "paused" || state.draining) return;
  const others = [...new Set(jobs)].filter((at) => at !== null && at !== job);
  const paused = others.filter((at) => at?.state === "paused").length;
  tell("behind_other_jobs", others.length - paused);
  tell("behind_paused_jobs", paused);
  const idle = slots.filter((_, i) => jobs[i] === null);
  const left = [...failed.values()].filter((electron) => isLeft(electron, idle, now));
  tell("left_to_others", left.length, Math.min(...left.map(({ patientUntil }) => patientUntil)));
}

/** What is kept for holders of which nothing is heard, and nobody else computes; gives its number of items. */
function tellOfAbsent(state: GridState, job: Job, electrons: Electrons, tell: Tell): number {
  let items = 0;
  let until = Number.POSITIVE_INFINITY;
  for (const lease of leasesOf(state, job)) {
    if (!isAway(state, lease) || isElsewhere(state, lease)) continue;
    items += electrons.items({ from: lease.next, to: lease.to });
    until = Math.min(until, lease.slot.session.deadline);
  }
  tell("kept_for_absent", items, until);
  return items;
}

function isAway(state: GridState, { slot: { session } }: Lease): boolean {
  return session.link !== "ready" || isSilent(state, session);
}

/** Of a lease and its copy only one counts: the one that is at work, or else the older one. */
function isElsewhere(state: GridState, { id, twin }: Lease): boolean {
  return twin !== null && (!isAway(state, twin) || twin.id < id);
}

/** The job that a slot works on, or measures a chunk for; null when it is idle. */
function jobAt(state: GridState, slot: Slot): Job | null {
  const measured = [...state.jobs.values()].find(({ probe }) => probe?.asked.get(slot.session.id)?.slot === slot);
  return slot.leases[0]?.job ?? measured ?? null;
}

/** Whether those that are idle leave it to somebody who is not. */
function isLeft(failed: FailedElectron, idle: readonly Slot[], now: Now): boolean {
  if (failed.state !== "ready" || failed.patientUntil <= now.mono || idle.length === 0) return false;
  return idle.every(({ session }) => avoids(failed, session.identity));
}

function mayWork(state: GridState, session: Session, job: Job): boolean {
  return session.link === "ready" && barOf(state, session, job.spec.atom) === null;
}
