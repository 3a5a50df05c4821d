/**
 * How fast slots are at a job: measured on each session, and summed over all that are ready. A session is as fast as it was
 * lately, and as sure as what was measured agreed: who plans counts it as slow as its spread lets expect.
 */
import type { Job } from "./job.js";
import type { GridState, Lease, Session } from "./state.js";

/** Weight of the newest lease in the average, and in the spread. */
const NEWEST_WEIGHT = 0.5;
const NEWEST_SPREAD_WEIGHT = 0.25;
/** How far off one measurement may be, when it is the only one. */
const FIRST_SPREAD = 0.5;
/** Where no time passed between two reports, an electron counts as this. */
const ELECTRON_MS_MIN = 0.000_5;

/** So far what a volunteer says of its own time may be off from our clock: its network lies between, and its clock may be wrong. */
export const CLAIM_SLACK_MS = 2_000;

/** What was measured of a lease: electrons, how long they took by our own clock, and by the volunteer's. */
export type Measured = { electrons: number; elapsedMs: number; claimedMs: number };

/**
 * Milliseconds that an electron of one job takes on one slot of one session, end to end: their average, and how far off it a
 * lease is on average, as TCP measures its round trips (RFC 6298). And the size last given, in electrons.
 */
export type Pace = { electronMs: number | null; spreadMs: number; size: number };

/** Ready slots whose pace is known, and what they do together, in electrons per millisecond. */
export type Crew = { slots: number; speed: number };

export function freshPace(): Pace {
  return { electronMs: null, spreadMs: 0, size: 0 };
}

/**
 * Takes in what was measured. Our own clock sees the way there and back as well: over a slow link it would make leases of cheap
 * electrons so small that their slot waits for the next one most of the time. So the volunteer's clock counts, within ours.
 */
export function learn(pace: Pace, { electrons, elapsedMs, claimedMs }: Measured): void {
  if (electrons === 0) return;
  const computedMs = Math.min(elapsedMs + CLAIM_SLACK_MS, Math.max(elapsedMs - CLAIM_SLACK_MS, claimedMs));
  const measured = Math.max(ELECTRON_MS_MIN, computedMs / electrons);
  if (pace.electronMs === null) {
    pace.electronMs = measured;
    pace.spreadMs = FIRST_SPREAD * measured;
    return;
  }
  const off = measured - pace.electronMs;
  pace.electronMs += NEWEST_WEIGHT * off;
  pace.spreadMs += NEWEST_SPREAD_WEIGHT * (Math.abs(off) - pace.spreadMs);
}

/** Milliseconds that an electron may well take; null when nobody has measured. */
export function cautiousMs({ electronMs, spreadMs }: Pace): number | null {
  return electronMs === null ? null : electronMs + spreadMs;
}

/** Milliseconds that an electron of a lease takes its holder, or everybody where nothing is known of that one; null when nobody has measured. */
export function electronMsOf({ pace, job }: Pick<Lease, "pace" | "job">): number | null {
  return pace.electronMs ?? job.pace.electronMs;
}

/** What the session has shown of itself on the job. */
export function paceOf(session: Session, job: Job): Pace {
  const known = session.paces.get(job.spec.id);
  if (known) return known;
  const pace = freshPace();
  session.paces.set(job.spec.id, pace);
  return pace;
}

/** As `learn`, for the pace of a session on a job, while the sum over all sessions stays right. */
export function learnOf(session: Session, job: Job, measured: Measured): void {
  const pace = paceOf(session, job);
  count(session, job, pace, -1);
  learn(pace, measured);
  count(session, job, pace, 1);
}

/** The session's link is ready: from now on its slots count. */
export function enlist(state: GridState, session: Session): void {
  countAll(state, session, 1);
}

/** The session's link is about to be ready no more. */
export function dismiss(state: GridState, session: Session): void {
  countAll(state, session, -1);
}

/** What part of a job's work is fair for one slot, by its speed, when `slots` are ready; whom nobody knows counts as the average. */
export function fairPart({ crew }: Pick<Job, "crew">, pace: Pace, slots: number): number {
  const ms = cautiousMs(pace);
  const all = Math.max(1, slots);
  return ms === null || crew.slots === 0 ? 1 / all : Math.min(1, crew.slots / (ms * crew.speed * all));
}

function countAll(state: GridState, session: Session, sign: 1 | -1): void {
  for (const [id, pace] of session.paces) {
    const job = state.jobs.get(id);
    if (job) count(session, job, pace, sign);
  }
}

function count({ link, slots }: Session, { crew }: Job, pace: Pace, sign: 1 | -1): void {
  const ms = cautiousMs(pace);
  if (link !== "ready" || ms === null) return;
  crew.slots += sign * slots.length;
  crew.speed = crew.slots === 0 ? 0 : crew.speed + (sign * slots.length) / ms; // begins anew, so that roundings do not add up
}
