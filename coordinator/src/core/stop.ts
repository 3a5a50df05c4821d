/** When a job that estimates a mean knows enough: its interval is narrow, and the rest need not be computed. */
import type { Mean } from "@valence/shared/aggregate";
import type { Job, Shown } from "./job.js";

/** An interval of fewer electrons is not believed: the normal distribution that it goes by is not theirs yet. */
export const STOP_ELECTRONS_MIN = 30;

/**
 * Whether all that was reported is enough to stop. That is what the commit under way makes the aggregate, so a restart never
 * finds a job at work that should have stopped.
 */
export function knowsEnough(job: Job): boolean {
  const { stopWhen } = job.spec.policy;
  const { electrons, reducer, claimed } = job;
  if (!stopWhen || !electrons || !reducer) return false;
  // Only the last electron may have fewer items than the others.
  const done = Math.ceil(electrons.counts.done / electrons.chunk);
  return done >= STOP_ELECTRONS_MIN && isNarrow(reducer.read(claimed) as Mean | null, stopWhen.halfWidth);
}

/** Half the interval against the size of the mean. To a mean of 0 nothing is relative. */
function isNarrow(mean: Mean | null, halfWidth: number): boolean {
  if (mean === null || mean.low === null || mean.high === null || mean.mean === 0) return false;
  return (mean.high - mean.low) / 2 <= halfWidth * Math.abs(mean.mean);
}

/** Whether a job has succeeded without all of its items: only knowing enough lets it. */
export function stoppedEarly({ state, skipped }: Pick<Shown, "state" | "skipped">): boolean {
  return state === "succeeded" && skipped > 0;
}
