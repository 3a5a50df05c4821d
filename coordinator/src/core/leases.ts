/** Leases: who may compute what, until when, and where the electrons go when that ends. */
import { OPEN_MS } from "@valence/shared/volunteer/work";
import type { Taken } from "./electrons.js";
import type { Job } from "./job.js";
import { electronMsOf, learn, learnOf, type Pace } from "./pace.js";
import { fileSlot, type GridState, type Lease, reopenSlots, type Slot, send } from "./state.js";
import type { GrantRow } from "./writes.js";

/** What a lease's clock allows beyond the time-out of an electron, for the way there and back. */
export const CLOCK_SLACK_MS = 2_000;
/** A lease may be begun, and once more after a worker died, between two reports. */
const STARTS_MAX = 2;
/** Assumed for an electron of unknown speed, in the account of granted time. */
const UNKNOWN_MS = 500;

/** Puts a lease behind what the slot holds; a lease that was read back has its id already. */
export function openLease(state: GridState, slot: Slot, job: Job, taken: Taken, pace: Pace, id?: number): Lease {
  const electrons = taken.span.to - taken.span.from;
  const lease: Lease = {
    kind: "lease",
    id: id ?? state.nextLease++,
    slot,
    job,
    block: taken.block,
    span: taken.span,
    to: taken.span.to,
    attempt: taken.attempt,
    restored: id !== undefined,
    sent: id !== undefined,
    pace,
    twin: null,
    next: taken.span.from,
    durable: taken.span.from,
    clockAt: null,
    starts: 0,
    measured: { electrons: 0, elapsedMs: 0, claimedMs: 0 },
    estimateMs: electrons * (electronMsOf({ pace, job }) ?? UNKNOWN_MS),
    over: false,
    deadline: Number.POSITIVE_INFINITY,
    queuedAt: Number.POSITIVE_INFINITY,
  };
  job.grantedMs += lease.estimateMs;
  state.leases.set(lease.id, lease);
  slot.leases.push(lease);
  if (slot.leases[0] === lease) startClock(state, lease);
  fileSlot(state, slot);
  return lease;
}

/** The slot works on this lease from now on, or has just reported some of it. Before it has begun, it may still open its worker. */
export function startClock(state: GridState, lease: Lease): void {
  if (lease.slot.session.link !== "ready") return;
  const { timeoutMs } = lease.job.spec.policy;
  const allowedMs = lease.starts === 0 ? Math.max(timeoutMs, OPEN_MS) : timeoutMs;
  lease.clockAt = state.now.mono;
  state.deadlines.set(lease, state.now.mono + allowedMs + CLOCK_SLACK_MS);
}

/** The slot says that it begins; or begins again, with another worker. More often would let it live without reporting. */
export function restartClock(state: GridState, lease: Lease): void {
  if (lease.starts >= STARTS_MAX || lease.slot.leases[0] !== lease) return;
  lease.starts += 1;
  startClock(state, lease);
}

/** The link is gone: from now on only the session's grace counts. */
export function stopClock(state: GridState, lease: Lease): void {
  lease.clockAt = null;
  state.deadlines.set(lease, Number.POSITIVE_INFINITY);
}

/** Takes in what a report tells of the lease's speed, in electrons and the volunteer's own milliseconds. */
export function measure(state: GridState, lease: Lease, electrons: number, claimedMs: number): void {
  if (lease.clockAt === null) return;
  const { measured } = lease;
  measured.electrons += electrons;
  measured.elapsedMs += state.now.mono - lease.clockAt;
  measured.claimedMs += claimedMs;
  if (lease.pace.electronMs === null) learnOf(lease.slot.session, lease.job, measured);
}

/**
 * The slot no longer holds the lease. What was not reported is ready again and charged to nobody, unless another slot is at it as well; what
 * was reported stays known until it is durable. The slot's next lease begins.
 */
export function endLease(state: GridState, lease: Lease): void {
  if (lease.over) return;
  lease.over = true;
  stopClock(state, lease);
  const { slot, job, measured } = lease;
  learnOf(slot.session, job, measured);
  learn(job.pace, measured);
  job.grantedMs += measured.elapsedMs - lease.estimateMs;
  if (lease.twin) {
    lease.twin.twin = null; // what both held is its twin's alone
    lease.twin = null;
  } else giveBack(state, lease, lease.next);
  const at = slot.leases.indexOf(lease);
  slot.leases.splice(at, 1);
  const head = slot.leases[0];
  if (at === 0 && head) startClock(state, head);
  fileSlot(state, slot);
  state.journal.write({ type: "ungrant", lease: lease.id });
  if (lease.durable === lease.next) state.leases.delete(lease.id);
}

/** What the lease has from electron `to` on is ready again, and its own no more; the holder hears of it when it comes there. */
export function shortenLease(state: GridState, lease: Lease, to: number): void {
  giveBack(state, lease, to);
  lease.to = to;
  state.journal.write({ type: "ungrant", lease: lease.id });
  state.journal.write({ type: "grant", grant: grantRow(lease) });
}

function giveBack(state: GridState, lease: Lease, from: number): void {
  lease.job.electrons?.giveBack(lease.block, { from, to: lease.to });
  if (from < lease.to) reopenSlots(state);
}

/** Everything before electron `reported` is durable: the volunteer may forget it. */
export function acknowledge(state: GridState, lease: Lease, reported: number): void {
  lease.durable = Math.max(lease.durable, reported);
  send(state, lease.slot.session, { type: "ack", lease: lease.id, reported: lease.durable });
  if (lease.over && lease.durable === lease.next) state.leases.delete(lease.id);
}

/** What the store keeps of a lease, from its first electron without a report on. */
export function grantRow({ id, job, block, next, to, slot, attempt }: Lease): GrantRow {
  const { id: session, identity } = slot.session;
  const span = { from: next, to };
  return { lease: id, job: job.spec.id, block: block.index, span, session, identity, slot: slot.index, attempt };
}

/** All leases of one job that slots still hold. */
export function leasesOf(state: GridState, job: Job): Lease[] {
  return [...state.leases.values()].filter((lease) => lease.job === job && !lease.over);
}
