/** Whether a job stands still, when to ask why, and which of the reasons that `explain` then gives are why. Pure; knows no words. */
import { hasEnded } from "./job-state.js";
import type { ExplainView, JobView } from "./job-view.js";

/** Milliseconds of standing still before it is worth asking why: between two leases a job that runs well stands still for a moment, too. */
export const STANDSTILL_PATIENCE_MS = 1_000;
/** Milliseconds from one question to the next, while it stands still. */
export const STANDSTILL_ASK_MS = 5_000;

/** One of the reasons of `explain`. */
export type ToldReason = ExplainView["reasons"][number];

/**
 * Whether it is worth asking why: nothing of the job is out, or nothing has come of it for a minute. An ended job does not stand
 * still. True for moments of a job that runs well, too: `keepingReasons` of the answer tells the two apart.
 */
export function standsStill({ state, progress, eta }: Pick<JobView, "state" | "progress" | "eta">): boolean {
  if (hasEnded(state)) return false;
  return state !== "running" || progress.leased === 0 || eta === null;
}

/**
 * Of the reasons of a job that has not ended, in their order, those that keep it from running. None when somebody is at work on it.
 * Left out is what follows from another one, and what stops nothing: dead letters, when there is more to tell.
 */
export function keepingReasons(reasons: readonly ToldReason[]): readonly ToldReason[] {
  const has = (wanted: string) => reasons.some(({ code }) => code === wanted);
  if (has("running")) return [];
  if (has("paused")) return reasons.filter(({ code }) => code === "paused");
  const keeping = reasons.filter(
    ({ code }) => code !== "dead_letters" && !(code === "measuring" && has("no_volunteers")),
  );
  return keeping.length > 0 ? keeping : reasons;
}
