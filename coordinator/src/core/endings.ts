/**
 * Leases that end before their electrons have: given back, or lost. Of a job whose electrons may run once at most, what may have run and
 * has no outcome is a dead letter. Whoever ends a lease here settles its job afterwards.
 */
import type { RevocationCode } from "@valence/shared/errors";
import { chargeNext, type Fault } from "./failures.js";
import { runsOnce } from "./job.js";
import { endLease } from "./leases.js";
import { type GridState, type Lease, send } from "./state.js";

const UNKNOWN: Fault = {
  code: "unknown_outcome",
  message: "nobody knows whether it ran to its end, and it may run once at most",
  stack: null,
  retryable: false,
  retryAfterMs: null,
};

/** `told`: its holder gives it back, on the link on which it said all that it had to say of it. True when that makes a dead letter. */
export function giveUpLease(state: GridState, lease: Lease, { told }: { told: boolean }): boolean {
  if (mayHaveRun(lease, told)) return chargeNext(state, lease, UNKNOWN);
  endLease(state, lease);
  return false;
}

/** Ends a lease against its holder's will: the worker is killed and nothing more of it counts. As `giveUpLease`. */
export function revokeLease(state: GridState, lease: Lease, code: RevocationCode): boolean {
  const buried = giveUpLease(state, lease, { told: false });
  send(state, lease.slot.session, { type: "revoke", lease: lease.id, kill: true, code });
  return buried;
}

/**
 * Whether to run it again could be to run it twice. A session says that it begins before it begins, so of a lease that it gives back on
 * the same link without having said so nothing has run.
 */
function mayHaveRun(lease: Lease, told: boolean): boolean {
  if (!runsOnce(lease.job) || lease.over || lease.next === lease.to) return false;
  return lease.sent && !(told && lease.starts === 0);
}
