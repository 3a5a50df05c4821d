/**
 * Two leases of one electron that is being computed: the original and a copy, each of that electron alone. The electron is leased as
 * long as one of them is; who grants copies is `tail.ts`.
 *
 *   alone ──copy granted──► twins ──answer of one──► done; the other is revoked, charged to nobody
 *     ▲                       ├──one fails──► charged an attempt; where that makes a dead letter the other is revoked, else it is alone
 *     └───────────────────────┴──one ends in any other way──► charged to nobody; the other is alone
 */
import { endLease } from "./leases.js";
import { type GridState, type Lease, send } from "./state.js";

/** How copies have ended, since the start: the rest was given back, failed, or is at work. */
export type CopyCounts = { granted: number; won: number; lost: number };

export function pairTwins(lease: Lease, copy: Lease): void {
  lease.twin = copy;
  copy.twin = lease;
}

/** The electron is done, by this lease: its twin is of no use any more. */
export function beatTwin(state: GridState, lease: Lease): void {
  const { twin } = lease;
  if (!twin) return;
  if (lease.id > twin.id) state.copies.won += 1;
  else state.copies.lost += 1;
  endTwin(state, lease);
}

/** The electron is settled: nothing of the twin's is its own any more. */
export function endTwin(state: GridState, { twin }: Lease): void {
  if (!twin) return;
  twin.to = twin.next;
  endLease(state, twin);
  send(state, twin.slot.session, { type: "revoke", lease: twin.id, kill: true, code: "taken_over" });
}
