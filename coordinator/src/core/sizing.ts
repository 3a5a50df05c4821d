/**
 * How many electrons a lease takes: as many as the volunteer should finish in the target time, by measured speed. Towards the end of a
 * job it is less: half of what would be the slot's part of all that is ready, if it were divided now. So the last leases are small, all
 * slots end together, and a wrong guess costs little (guided self-scheduling: Polychronopoulos and Kuck, 1987; halved as in Hummel's factoring, 1992).
 */
import { LEASE_ELECTRONS_MAX } from "@valence/shared/limits";
import { cautiousMs, type Pace } from "./pace.js";

export const LEASE_TARGET_MS = 2_000;
/** A lease is at most that many times as large as the one before: one lucky measurement shall not promise much. */
const GROWTH_MAX = 8;

/** Electrons for the next lease, at least 1. `fair` are those of the job's ready electrons that are this slot's part, which may be a fraction. */
export function leaseSize(pace: Pace, fair: number): number {
  const electronMs = cautiousMs(pace);
  if (electronMs === null) return 1;
  const byTime = Math.floor(LEASE_TARGET_MS / electronMs);
  const byPart = Math.ceil(fair / 2);
  return Math.max(1, Math.min(byTime, byPart, Math.max(1, pace.size) * GROWTH_MAX, LEASE_ELECTRONS_MAX));
}

/**
 * Whether a slot should hold a second lease behind the one it works on: not where one electron outlasts any network, and not the
 * last electrons of a job, which are for whoever is free first.
 */
export function worthPrefetch(pace: Pace, fair: number): boolean {
  return pace.electronMs !== null && pace.electronMs <= LEASE_TARGET_MS && fair >= 1;
}
