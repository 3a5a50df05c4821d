/** How many electrons a lease takes: as many as the volunteer should finish in the target time, by measured speed. */
import { LEASE_ELECTRONS_MAX } from "@valence/shared/limits";
import type { Pace } from "./pace.js";

export const LEASE_TARGET_MS = 2_000;
/** A lease is at most that many times as large as the one before: one lucky measurement shall not promise much. */
const GROWTH_MAX = 8;

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
