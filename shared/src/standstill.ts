/** Whether a job stands still, when to ask why, and which of the reasons that `explain` then gives are why. Pure; knows no words, and asks nobody. */
import { hasEnded } from "./job-state.js";
import type { ExplainView, JobView } from "./job-view.js";

/** Milliseconds of standing still before it is worth asking why: between two leases a job that runs well stands still for a moment, too. */
export const STANDSTILL_PATIENCE_MS = 1_000;
/** Milliseconds from one question to the next, while it stands still. */
export const STANDSTILL_ASK_MS = 5_000;

/** One of the reasons of `explain`. */
export type ToldReason = ExplainView["reasons"][number];

/** What of a view says whether its job stands still. */
export type Seen = Pick<JobView, "state" | "progress" | "rate">;

/**
 * What a view means for whoever asks: `over`, it goes on or has ended, so nothing is asked and nothing told of it holds any more; `same`,
 * it stands still as before; `stopped`, it was at work in the same state a view ago, and may be at work in a moment; `steered`, it stands
 * still when it is first seen, or in another state, so that what was told is of the past.
 */
export type Turn = "over" | "same" | "stopped" | "steered";

/** `before`: the view before this one; null for the first. */
export function turnAt(view: Seen, before: Seen | null): Turn {
  if (!standsStill(view)) return "over";
  if (before?.state !== view.state) return "steered";
  return standsStill(before) ? "same" : "stopped";
}

/**
 * Whether it is worth asking why: nothing of the job is out, or nothing has come of it for a minute. An ended job does not stand
 * still. True for moments of a job that runs well, too: `keepingReasons` of the answer tells the two apart.
 */
export function standsStill({ state, progress, rate }: Seen): boolean {
  if (hasEnded(state)) return false;
  return state !== "running" || progress.leased === 0 || rate === 0;
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
