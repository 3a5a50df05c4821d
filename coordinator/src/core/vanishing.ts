/**
 * Sessions that are gone without a goodbye. That is nobody's fault, as a rule: a tab was closed, a battery was empty. But what a
 * session was computing may have taken it along, machine and all, so it is remembered, and then leased alone.
 */

import { SUSPECTS_MAX, withVanishing } from "./failed-electron.js";
import { chargeNext, type Fault } from "./failures.js";
import { runsOnce } from "./job.js";
import { acknowledge, endLease } from "./leases.js";
import { settleJob } from "./life.js";
import { leaveSession } from "./sessions.js";
import type { GridState, Lease, Session } from "./state.js";
import { writeElectron } from "./status.js";

/** The session's grace or its silence has lasted too long: what it holds goes back, but for what it was computing. */
export function vanishSession(state: GridState, session: Session): void {
  for (const slot of session.slots) {
    const running = slot.leases[0];
    // That it had begun may not have been heard any more. Of what was read back nobody knows whether anyone works on it.
    if (!running || runsOnce(running.job)) continue;
    if (running.starts > 0 || !running.restored) leaveRunning(state, running);
  }
  leaveSession(state, session);
  state.effects.push({ type: "close", session: session.id });
}

function leaveRunning(state: GridState, lease: Lease): void {
  const known = lease.job.electrons?.failed.get(lease.next)?.suspects.vanishedWith ?? [];
  const buried = known.length >= SUSPECTS_MAX && chargeNext(state, lease, vanished(known.length));
  if (!lease.over) setAside(state, lease);
  settleJob(state, lease.job, { buried });
}

/** Charged to nobody, but remembered. */
function setAside(state: GridState, lease: Lease): void {
  const { job, slot } = lease;
  const electron = lease.next;
  lease.next += 1;
  const failed = lease.twin ? job.electrons?.remember(electron) : job.electrons?.setAside(electron);
  endLease(state, lease);
  if (!failed) return;
  failed.suspects = withVanishing(failed.suspects, slot.session.identity);
  const reported = lease.next;
  writeElectron(state, failed, state.now.wall, () => acknowledge(state, lease, reported));
}

function vanished(identities: number): Fault {
  const message = `${identities} volunteers and one more vanished while they computed it`;
  return { code: "vanished", message, stack: null, retryable: true, retryAfterMs: null };
}
