/** Second copies of electrons that are being computed: which may have one, who gets it, and how it is lent. What becomes of both is in `twins.ts`. */
import { othersMayRun } from "./eligible.js";
import { avoids } from "./failed-electron.js";
import { lendTaken } from "./lend.js";
import type { GridState, Lease, Session, Slot } from "./state.js";
import { pairTwins } from "./twins.js";

/** Whether the next electron of the lease may be tried a second time beside it: each of both may cost it an attempt. */
export function mayBeCopied(lease: Lease): boolean {
  return lease.twin === null && attemptsOf(lease) + 2 <= lease.job.spec.policy.attemptsMax;
}

/** Whether the session may have the copy: no session holds both; no identity does that others could relieve, and none on which the electron went wrong. */
export function mayCopy(state: GridState, { job, slot, next }: Lease, session: Session): boolean {
  const { id, identity } = slot.session;
  const failed = job.electrons?.failed.get(next);
  if (session.id === id || (failed && avoids(failed, session.identity))) return false;
  return session.identity !== identity || !othersMayRun(state, job.spec.atom, (other) => other === identity);
}

/** Lends the electron of a lease that has but one left to a second slot. */
export function copyLease(state: GridState, lease: Lease, slot: Slot): void {
  const { job, block, next, to } = lease;
  const taken = { block, span: { from: next, to }, attempt: attemptsOf(lease) + 2 };
  pairTwins(lease, lendTaken(state, slot, job, taken));
  state.copies.granted += 1;
}

function attemptsOf({ job, next }: Lease): number {
  return job.electrons?.failed.get(next)?.attempts ?? 0;
}
