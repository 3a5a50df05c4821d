/**
 * Who is blamed for a failure, and what follows: late, when another identity has completed the electron. An identity to whom
 * much of an atom is blamed gets no more of it for a while, so that one broken host does not eat a job. Kept in memory only:
 * after a restart everyone begins anew, and whoever is broken is soon found out again.
 */
import type { FailedElectron } from "./failed-electron.js";
import type { Job } from "./job.js";
import { SILENCE_MS } from "./silence.js";
import type { GridState } from "./state.js";

/** So many more failures of an atom than electrons of it that were completed: too many. */
export const BLAMES_MAX = 3;
/** No more of that atom for so long; twice as long each time, up to the maximum, until there is no blame left. */
export const BENCH_MS = 60_000;
export const BENCH_MS_MAX = 3_600_000;
/** Identities and atoms for which a blame is remembered; strangers can make any number of identities. */
export const STANDINGS_MAX = 10_000;

/** How an identity stands with an atom, while anything is blamed on it. */
export type Standing = {
  /** Failures blamed on it, less the electrons that it has completed since. */
  score: number;
  /** How often it got no more; how long it does the next time goes by that. */
  benches: number;
  /** Until when it gets no more (monotonic). */
  until: number;
};

/** `identity` has completed an electron that had failed before: it may be to the blame of whoever failed it. */
export function settleBlame(state: GridState, job: Job, failed: FailedElectron, identity: string): void {
  const accused = accusedOf(state, failed);
  if (accused !== null && accused !== identity) blame(state, accused, job.spec.atom);
}

/** An identity has completed electrons of an atom. */
export function praise(state: GridState, identity: string, atom: string, electrons: number): void {
  const key = keyOf(identity, atom);
  const standing = state.standings.get(key);
  if (!standing) return;
  standing.score = Math.max(0, standing.score - electrons);
  if (standing.score === 0 && standing.until <= state.now.mono) state.standings.delete(key);
}

/** Until when the identity gets no more of the atom (monotonic); long ago when nothing keeps it from it. */
export function benchedUntil(state: GridState, identity: string, atom: string): number {
  if (state.standings.size === 0) return Number.NEGATIVE_INFINITY;
  return state.standings.get(keyOf(identity, atom))?.until ?? Number.NEGATIVE_INFINITY;
}

/** The one identity that it failed on. When it failed on two, it is the electron's own fault. */
function accusedOf(state: GridState, { suspects, lapse }: FailedElectron): string | null {
  const [first = null, ...others] = suspects.failedOn;
  if (lapse === null) return others.length === 0 ? first : null;
  if (first !== null) return others.length === 0 && first === lapse.identity ? first : null;
  // Nothing was heard in time. Whoever has been heard of since was there all the while; else it may have been the link.
  const session = state.sessions.get(lapse.session);
  const heardAt = session && session.link !== "cut" ? session.deadline - SILENCE_MS : Number.NEGATIVE_INFINITY;
  return heardAt > lapse.at ? lapse.identity : null;
}

function blame(state: GridState, identity: string, atom: string): void {
  const key = keyOf(identity, atom);
  const standing = state.standings.get(key) ?? { score: 0, benches: 0, until: Number.NEGATIVE_INFINITY };
  if (standing.until > state.now.mono) return; // what it did before it was stopped is one incident
  if (!state.standings.has(key) && state.standings.size >= STANDINGS_MAX) forgetOldest(state);
  state.standings.set(key, standing);
  standing.score += 1;
  if (standing.score < BLAMES_MAX) return;
  standing.until = state.now.mono + Math.min(BENCH_MS_MAX, BENCH_MS * 2 ** standing.benches);
  standing.benches += 1;
  standing.score = BLAMES_MAX - 1;
}

function forgetOldest(state: GridState): void {
  for (const key of state.standings.keys()) {
    state.standings.delete(key);
    return;
  }
}

function keyOf(identity: string, atom: string): string {
  return `${identity} ${atom}`;
}
