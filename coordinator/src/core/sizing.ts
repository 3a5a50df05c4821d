/** How many electrons a lease takes: as many as the volunteer should finish in the target time, by measured speed. */
import { LEASE_ELECTRONS_MAX } from "@valence/shared/limits";

export const LEASE_TARGET_MS = 2_000;
/** A lease is at most that many times as large as the one before: one lucky measurement shall not promise much. */
const GROWTH_MAX = 8;
/** Weight of the newest lease in the average. */
const NEWEST_WEIGHT = 0.5;
/** Where no time passed between two reports, an electron counts as this. */
const ELECTRON_MS_MIN = 0.000_5;

/** So far what a volunteer says of its own time may be off from our clock: its network lies between, and its clock may be wrong. */
export const CLAIM_SLACK_MS = 2_000;

/** What was measured of a lease: electrons, how long they took by our own clock, and by the volunteer's. */
export type Measured = { electrons: number; elapsedMs: number; claimedMs: number };

/** Milliseconds that an electron of one job takes on one slot of one session, end to end, and the size last given. */
export type Pace = { electronMs: number | null; size: number };

export function freshPace(): Pace {
  return { electronMs: null, size: 0 };
}

/**
 * Takes in what was measured. Our own clock sees the way there and back as well: over a slow link it would make leases of cheap
 * electrons so small that their slot waits for the next one most of the time. So the volunteer's clock counts, within ours.
 */
export function learn(pace: Pace, { electrons, elapsedMs, claimedMs }: Measured): void {
  if (electrons === 0) return;
  const computedMs = Math.min(elapsedMs + CLAIM_SLACK_MS, Math.max(elapsedMs - CLAIM_SLACK_MS, claimedMs));
  const measured = Math.max(ELECTRON_MS_MIN, computedMs / electrons);
  pace.electronMs =
    pace.electronMs === null ? measured : pace.electronMs + NEWEST_WEIGHT * (measured - pace.electronMs);
}

/**
 * Electrons for the next lease, at least 1. `ready` are the job's ready electrons and `slots` all that could share them:
 * towards the end leases shrink, so that all slots end together.
 */
export function leaseSize(pace: Pace, ready: number, slots: number): number {
  if (pace.electronMs === null) return 1;
  const byTime = Math.floor(LEASE_TARGET_MS / pace.electronMs);
  const byShare = Math.ceil(ready / (2 * Math.max(1, slots)));
  return Math.max(1, Math.min(byTime, byShare, Math.max(1, pace.size) * GROWTH_MAX, LEASE_ELECTRONS_MAX));
}

/** Whether a slot should hold a second lease behind the one it works on: not where one electron outlasts any network. */
export function worthPrefetch(pace: Pace): boolean {
  return pace.electronMs !== null && pace.electronMs <= LEASE_TARGET_MS;
}
