/**
 * The coordinator is about to stop. Nothing more is granted; what is out comes back, with what is finished of it: for a while the running
 * electrons may end, then they are killed. What may run once at most stays out, for to take it back would be to lose it: its holder goes on, and finds
 * the next start. So does what a session holds whose link is cut.
 */
import { revokeLease } from "./endings.js";
import { runsOnce } from "./job.js";
import { endLease } from "./leases.js";
import { settleJob } from "./life.js";
import { withdrawProbes } from "./probe.js";
import { type GridState, type Lease, send } from "./state.js";

/** Whoever needs longer for an electron loses it: with the way there and back, all have stopped within a second. */
export const DRAIN_MS = 700;

export function startDrain(state: GridState): void {
  if (state.draining) return;
  state.draining = true;
  for (const session of state.sessions.values()) withdrawProbes(state, session, null);
  for (const lease of [...state.leases.values()]) {
    if (!lease.over && !lease.sent) endLease(state, lease);
    else if (comesBack(lease))
      send(state, lease.slot.session, { type: "revoke", lease: lease.id, kill: false, code: "draining" });
  }
  state.deadlines.set(state.drainEnd, state.now.mono + DRAIN_MS);
}

/** Ends what has not come back by itself. */
export function endDrain(state: GridState): void {
  for (const lease of [...state.leases.values()].filter(comesBack)) {
    settleJob(state, lease.job, { buried: revokeLease(state, lease, "draining") });
  }
}

/** Whether nothing more is to come back. */
export function isDrained(state: GridState): boolean {
  for (const lease of state.leases.values()) if (comesBack(lease)) return false;
  return state.draining;
}

function comesBack(lease: Lease): boolean {
  return !lease.over && lease.slot.session.link !== "cut" && !runsOnce(lease.job);
}
