/**
 * The leases that a slot holds, in the order in which they came: the first is worked on, the next waits behind it. It owns what is said
 * and reported of them; it knows no worker, only what one has left behind.
 */
import type { Failure } from "../protocol/fields.js";
import { flushAt, type Grant, goAlone, type HeldLease, heldLease, type JobOrder, takeReport } from "./held-lease.js";
import type { SlotPort } from "./slot-port.js";
import type { Running } from "./work.js";

/** Times are monotonic milliseconds. A lease is in it until it is over: ended, given back or removed. */
export class LeaseQueue {
  readonly #port: Pick<SlotPort, "say" | "report" | "convicted">;
  readonly #leases: HeldLease[] = [];
  /** Of the leases that came: ids only grow, so an older one has come before. */
  #newest = -1;

  constructor(port: Pick<SlotPort, "say" | "report" | "convicted">) {
    this.#port = port;
  }

  get all(): readonly HeldLease[] {
    return this.#leases;
  }

  /** The lease to work on. */
  get head(): HeldLease | undefined {
    return this.#leases[0];
  }

  find(id: number): HeldLease | undefined {
    return this.#leases.find((lease) => lease.grant.lease === id);
  }

  add(grant: Grant, job: JobOrder): void {
    if (grant.lease <= this.#newest) return;
    this.#newest = grant.lease;
    this.#leases.push(heldLease(grant, job));
  }

  /** From here on the coordinator's clock runs; said once, unless the lease goes on alone. */
  start(lease: HeldLease): void {
    if (!lease.started) this.#sayStart(lease);
    lease.started = true;
  }

  /** Says again what a broken link may have lost. */
  restart(): void {
    for (const lease of this.#leases) if (lease.started) this.#sayStart(lease);
  }

  acquit(): void {
    for (const lease of this.#leases) lease.suspected = false;
  }

  /** When `flushDue` must come next; infinite when nothing waits to be reported. */
  nextFlush(): number {
    return Math.min(...this.#leases.map(flushAt));
  }

  flushDue(now: number): void {
    for (const lease of this.#leases) if (flushAt(lease) <= now) this.#flush(lease, null, now);
  }

  /** Reports all that is finished, due or not. */
  flush(now: number): void {
    for (const lease of this.#leases) this.#flush(lease, null, now);
  }

  /** The lease is over: what it finished is reported, and with a failure the rest goes back by itself. */
  end(lease: HeldLease, failure: Failure | null, now: number): void {
    this.#flush(lease, failure, now);
    this.remove(lease);
    if (failure && lease.suspected) this.#port.convicted();
  }

  giveBack(lease: HeldLease, now: number): void {
    this.#flush(lease, null, now);
    this.remove(lease);
    this.#port.say({ type: "return", lease: lease.grant.lease });
  }

  /**
   * Its worker died. Of what that had finished and not posted nothing is known, so the charge must first find its electron: they are
   * run one by one, each with the coordinator's clock from the start, unless there is but one.
   */
  strand({ lease, until }: Running, failure: Failure, now: number): void {
    const suspects = until - lease.next;
    if (suspects === 1) this.end(lease, failure, now);
    else if (lease.returning) this.giveBack(lease, now);
    else goAlone(lease, until);
  }

  /** Without a word: the coordinator knows. */
  remove(lease: HeldLease): void {
    const at = this.#leases.indexOf(lease);
    if (at >= 0) this.#leases.splice(at, 1);
  }

  /** All of them, without a word. */
  clear(): void {
    this.#leases.length = 0;
  }

  #sayStart({ grant }: HeldLease): void {
    this.#port.say({ type: "start", lease: grant.lease });
  }

  #flush(lease: HeldLease, failure: Failure | null, now: number): void {
    const report = takeReport(lease, failure, now);
    if (report) this.#port.report(report, lease.job.job);
  }
}
