/** Who may be given what, for now: what a session declines, what is kept from an identity, and who should try again. */
import { benchedUntil } from "./blame.js";
import { avoids, type FailedElectron } from "./failed-electron.js";
import type { Job } from "./job.js";
import type { GridState, Session, Slot } from "./state.js";

/** As many sessions are looked through for one that could take what another one has failed. */
const OTHERS_LOOK_MAX = 64;

/** What keeps a session from an atom: the code of its own decline, or what was blamed on it; and until when (monotonic). */
export type Bar = { readonly why: string; readonly until: number };

/** Whether the session may be given the atom now; if not, idle slots look again when that may have changed. */
export function mayRun(state: GridState, session: Session, atom: string): boolean {
  const bar = barOf(state, session, atom);
  if (bar) lookAgainAt(state, bar.until);
  return bar === null;
}

/** Null when the session may be given the atom. What was blamed on its identity keeps it off only while somebody else is there. */
export function barOf(state: GridState, session: Session, atom: string): Bar | null {
  const { mono } = state.now;
  const declined = session.declined.get(atom);
  if (declined && declined.until > mono) return { why: declined.code, until: declined.until };
  const until = benchedUntil(state, session.identity, atom);
  if (until <= mono || !othersMayRun(state, atom, (identity) => identity === session.identity)) return null;
  return { why: "kept_off", until };
}

/** Whether the slot, on which one electron of the job after the other failed, has waited long enough for more. */
export function isRested(state: GridState, job: Job, slot: Slot): boolean {
  if (slot.restUntil <= state.now.mono || slot.job !== job.spec.id) return true;
  lookAgainAt(state, slot.restUntil);
  return false;
}

/**
 * Whether the session leaves a retry to others that are there. They may be busy, so it leaves it for a while only; with `strict`
 * it leaves it in any case.
 */
export function leavesRetry(
  state: GridState,
  session: Session,
  { job, failed, strict }: { job: Job; failed: FailedElectron; strict: boolean },
): boolean {
  if (!avoids(failed, session.identity)) return false;
  if (strict) return true;
  if (failed.patientUntil <= state.now.mono) return false;
  if (!othersMayRun(state, job.spec.atom, (identity) => avoids(failed, identity))) return false;
  lookAgainAt(state, failed.patientUntil);
  return true;
}

/** Whether anybody else is there for the atom, at work or not. */
export function othersMayRun(state: GridState, atom: string, except: (identity: string) => boolean): boolean {
  let looks = OTHERS_LOOK_MAX;
  for (const session of state.sessions.values()) {
    if (looks-- === 0) return false;
    if (session.link !== "ready" || except(session.identity)) continue;
    if (Math.max(declinedUntil(session, atom), benchedUntil(state, session.identity, atom)) <= state.now.mono)
      return true;
  }
  return false;
}

/** Until when the session runs none of the atom, by its own word (monotonic). */
function declinedUntil(session: Session, atom: string): number {
  return session.declined.get(atom)?.until ?? Number.NEGATIVE_INFINITY;
}

/** Idle slots look again at that time (monotonic), or earlier. */
export function lookAgainAt(state: GridState, mono: number): void {
  if (mono < state.alarm.deadline) state.deadlines.set(state.alarm, mono);
}
