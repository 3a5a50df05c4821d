/** When a lease may be expected to be through, by its holder's speed and by what has come of it. Nothing here is certain. */
import { REPORT_MS } from "@valence/shared/volunteer/held-lease";
import { electronMsOf } from "./pace.js";
import { GRACE_MS, SILENCE_MS } from "./silence.js";
import type { GridState, Lease, Session } from "./state.js";

/** Allowed for the way there and back, and for a worker that is not open yet. */
export const WAY_MS = 250;
/** Signs of life come every 5 s: one that is missing for so long tells that something is wrong. */
export const SILENT_MS = 6_500;
/** A link that was cut is back by then, or will take longer. */
export const CUT_MS = 1_000;

/** `leftMs` from now: infinite where nothing is expected any more, 0 where nobody can tell. `late`: it should have been heard of. */
export type Forecast = {
  readonly leftMs: number;
  readonly late: boolean;
  /** From when on (monotonic) it is late, if nothing is heard. */
  readonly lateAt: number;
};

export function forecast(state: GridState, lease: Lease): Forecast {
  const { session, leases } = lease.slot;
  const silentAt = silentFrom(session);
  const lateAt = lateFrom(lease);
  if (silentAt <= state.now.mono) return { leftMs: Number.POSITIVE_INFINITY, late: true, lateAt };
  let leftMs = 0;
  for (const before of leases) {
    leftMs += ownMs(state, before);
    if (before === lease) break;
  }
  return { leftMs, late: lateAt <= state.now.mono, lateAt };
}

/** Whether something of the lease should have come by now. */
export function isLate(state: GridState, lease: Lease): boolean {
  return lateFrom(lease) <= state.now.mono;
}

/** Whether the session has not been heard of for so long that nothing is expected of it. */
export function isSilent(state: GridState, session: Session): boolean {
  return silentFrom(session) <= state.now.mono;
}

function lateFrom(lease: Lease): number {
  return Math.min(silentFrom(lease.slot.session), dueAt(lease));
}

/**
 * Of the lease alone, once its slot is at it. However long its electron has taken, it may take as much longer as they differ; and whoever is
 * late may need as long again as it is late.
 */
function ownMs(state: GridState, lease: Lease): number {
  const electronMs = electronMsOf(lease);
  if (electronMs === null) return 0;
  const leftMs = (lease.to - lease.next) * electronMs;
  if (lease.clockAt === null) return leftMs;
  const ageMs = state.now.mono - lease.clockAt;
  const lateMs = state.now.mono - dueAt(lease);
  const expectedMs = lateMs > 0 ? leftMs - electronMs + lateMs : leftMs - ageMs;
  return Math.max(expectedMs, lease.pace.spreadMs);
}

/** When something of the lease must have come: an electron, or what is reported four times a second. */
function dueAt(lease: Lease): number {
  const electronMs = electronMsOf(lease);
  if (lease.clockAt === null || electronMs === null) return Number.POSITIVE_INFINITY;
  return lease.clockAt + Math.max(REPORT_MS, electronMs + lease.pace.spreadMs) + WAY_MS;
}

/** From when on nothing is expected of the session, unless it is heard of. */
function silentFrom({ link, deadline }: Session): number {
  if (link === "cut") return deadline - GRACE_MS + CUT_MS;
  return link === "ready" ? deadline - SILENCE_MS + SILENT_MS : Number.POSITIVE_INFINITY;
}
