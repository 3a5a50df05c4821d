/** Electrons that were taken for a slot become its lease: opened, written, and sent. */
import type { Taken } from "./electrons.js";
import { type Job, runsOnce } from "./job.js";
import { grantRow, openLease } from "./leases.js";
import { startJob } from "./life.js";
import { sendOrder } from "./orders.js";
import { paceOf } from "./pace.js";
import { type GridState, type Lease, type Slot, send } from "./state.js";

/** The slot's lease of what was taken for it, behind what it holds. */
export function lendTaken(state: GridState, slot: Slot, job: Job, taken: Taken): Lease {
  const pace = paceOf(slot.session, job);
  pace.size = taken.span.to - taken.span.from;
  startJob(state, job);
  job.rate.begin(state.now.mono);
  const lease = openLease(state, slot, job, taken, pace);
  // What may run once at most is not sent before it is durable that it was: a restart must not grant it again.
  const once = runsOnce(job);
  state.journal.write({ type: "grant", grant: grantRow(lease) }, once ? () => sendLease(state, lease) : undefined);
  if (!once) sendLease(state, lease);
  return lease;
}

/** Not on a link on which both sides do not yet agree: the session is about to say that it does not hold it. */
function sendLease(state: GridState, lease: Lease): void {
  const { id, slot, job, span, attempt } = lease;
  if (lease.over || slot.session.link !== "ready") return;
  lease.sent = true;
  sendOrder(state, slot.session, job);
  send(state, slot.session, { type: "grant", lease: id, job: job.spec.id, slot: slot.index, ...span, attempt });
}
