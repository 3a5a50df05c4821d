/** How fast a session is at a job: an average over its leases, in which the newest counts half. */
import type { Job } from "./job.js";
import type { Session } from "./state.js";

/** Weight of the newest lease in the average. */
const NEWEST_WEIGHT = 0.5;
/** Where no time passed between two reports, an electron counts as this. */
const ELECTRON_MS_MIN = 0.000_5;

/** Milliseconds that an electron of one job takes on one slot of one session, end to end, and the size last given. */
export type Pace = { electronMs: number | null; size: number };

export function freshPace(): Pace {
  return { electronMs: null, size: 0 };
}

/** Takes in what was measured on a lease: `electrons` in `elapsedMs` of the coordinator's own clock. */
export function learn(pace: Pace, electrons: number, elapsedMs: number): void {
  if (electrons === 0) return;
  const measured = Math.max(ELECTRON_MS_MIN, elapsedMs / electrons);
  pace.electronMs =
    pace.electronMs === null ? measured : pace.electronMs + NEWEST_WEIGHT * (measured - pace.electronMs);
}

/** Measured on this session, else begun from what others needed. */
export function paceOf(session: Session, job: Job): Pace {
  const known = session.paces.get(job.spec.id);
  if (known) return known;
  const pace = { ...freshPace(), electronMs: job.pace.electronMs };
  session.paces.set(job.spec.id, pace);
  return pace;
}
