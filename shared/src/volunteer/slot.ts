/**
 * One slot of a volunteer: its leases, the worker that computes them, and what one means for the other. What it starts next it decides
 * in `pump`; after a kill at a deadline a worker opens at once, while the next lease has still to come: it is most likely of the same job.
 * It knows no link: what it wants said goes through `say`, which may drop it; reports go through `report`, which may not.
 */
import type { Failure, Part } from "../protocol/fields.js";
import type { WorkerEvent } from "./events.js";
import { failureOf, type Grant, type HeldLease, type JobOrder, suspect, take } from "./held-lease.js";
import { LeaseQueue } from "./lease-queue.js";
import type { SlotPort } from "./slot-port.js";
import { SlotWorker } from "./slot-worker.js";
import { killAt, lateMessage, type Running, type Work, workerKey } from "./work.js";

/** Times are monotonic milliseconds; nothing new starts but in `pump`, at the end of a step. */
export class Slot {
  readonly #port: SlotPort;
  readonly #leases: LeaseQueue;
  readonly #worker: SlotWorker;
  #probe: JobOrder | null = null;

  constructor(index: number, port: SlotPort) {
    this.#port = port;
    this.#leases = new LeaseQueue(port);
    this.#worker = new SlotWorker(index, port);
  }

  get leases(): readonly HeldLease[] {
    return this.#leases.all;
  }

  get busy(): boolean {
    return this.#leases.head !== undefined || this.#worker.work.state === "probing";
  }

  /** Its electrons must run while no other slot starts anything, so that the charge falls on the one that kills its worker. */
  get suspected(): boolean {
    return this.#leases.head?.suspected === true;
  }

  acquit(): void {
    this.#leases.acquit();
  }

  grant(grant: Grant, job: JobOrder): void {
    this.#leases.add(grant, job);
  }

  probe(job: JobOrder): void {
    this.#probe = job;
  }

  /** Says again what a broken link may have lost: that the clock of the lease being worked on runs. */
  restart(): void {
    this.#leases.restart();
  }

  /** Ends a lease: at once, or when the electron being computed has ended. */
  revoke(id: number, kill: boolean, now: number): void {
    const lease = this.#leases.find(id);
    if (!lease) return;
    if (kill) this.#discard(lease);
    else if (this.#worker.isRunning(lease)) {
      lease.returning = true;
      this.#worker.halt();
    } else this.#leases.giveBack(lease, now);
  }

  /** Drops what it holds without a word, worker and all: the coordinator has it back. */
  drop(): void {
    this.#leases.clear();
    this.#probe = null;
    this.#worker.close();
  }

  /** Drops what it holds of some jobs without a word, and the worker that served them; one that is ready may stay until then. */
  dropJobs(gone: (job: JobOrder) => boolean, spareUntil = 0): void {
    if (this.#probe && gone(this.#probe)) this.#probe = null;
    for (const lease of this.leases.filter(({ job }) => gone(job))) this.#discard(lease);
    const { work } = this.#worker;
    if (work.state !== "empty" && work.state !== "running" && gone(work.job)) this.#worker.spare(spareUntil);
  }

  /** Drops an atom that will not run here; but of what may run once at most what has begun goes on, and the rest goes back by name. */
  dropAtom(atom: string): void {
    this.dropJobs((job) => job.atom === atom && !job.once);
    const unbegun = this.leases.filter(({ job, started }) => job.atom === atom && !started);
    for (const lease of unbegun) this.#leases.giveBack(lease, 0); // with nothing to report
  }

  /** Gives back what has not begun, and the rest of what has once its running electron has ended. */
  returnAll(now: number): void {
    this.#probe = null;
    if (this.#worker.work.state === "probing") this.#worker.close();
    for (const lease of [...this.leases]) this.revoke(lease.grant.lease, false, now);
  }

  /** Stops the worker between two electrons; the lease stays and goes on with the next `pump`. */
  halt(): void {
    this.#worker.halt();
  }

  flush(now: number): void {
    this.#leases.flush(now);
  }

  worker(event: WorkerEvent, now: number): void {
    const { work } = this.#worker;
    if (event.type === "lost") this.#lost(this.#worker.gone(), failureOf(event.code, event.message), now);
    else if (event.type === "wrecked") this.#wrecked(now);
    else if (work.state === "opening" && event.type === "opened") this.#worker.ready(work.job);
    else if (work.state === "opening" && event.type === "declined") this.#declined(work.job, event.code, event.message);
    else if (work.state === "probing" && event.type === "probed") {
      this.#worker.ready(work.job);
      this.#sayProbed(work.job, event.items, event.elapsedMs);
    } else if (work.state !== "running") return;
    else if (event.type === "part") this.#part(work, event.part, now);
    else if (event.type === "failed") this.#failed(work.lease, event.failure, now);
    else if (event.type === "halted") this.#halted(work.lease, now);
  }

  /** Takes up what it holds, when the worker is free. */
  pump(now: number): void {
    if (this.#port.held() || !this.#worker.free) return;
    const lease = this.#leases.head;
    const job = lease?.job ?? this.#probe;
    if (!job) return;
    if (!this.#worker.isReadyFor(job)) this.#worker.open(job, now);
    else if (lease) {
      this.#leases.start(lease);
      this.#worker.run(lease, now);
    } else {
      this.#probe = null;
      this.#worker.probe(job, now);
    }
  }

  nextDeadline(): number {
    return Math.min(killAt(this.#worker.work), this.#leases.nextFlush());
  }

  tick(now: number): void {
    this.#leases.flushDue(now);
    const { work } = this.#worker;
    if (killAt(work) > now) return;
    this.#worker.close();
    this.#lost(work, failureOf("time_out", lateMessage(work)), now);
    if (work.state === "running" && !this.#leases.head && !this.#port.held()) this.#worker.open(work.lease.job, now);
  }

  #part(work: Running, part: Part, now: number): void {
    const { lease, until } = work;
    if (lease.next + part.count > until) {
      this.#worker.close();
      this.#leases.end(lease, failureOf("worker_died", "the atom's worker broke its protocol"), now);
      return;
    }
    take(lease, part);
    this.#worker.posted(now);
    if (lease.next === until) this.#worker.ready(lease.job);
    if (lease.next === lease.grant.to) this.#leases.end(lease, null, now);
    else this.#leases.flushDue(now);
    if (work.halting && lease.next === until) this.#halted(lease, now);
  }

  #failed(lease: HeldLease, failure: Failure, now: number): void {
    this.#worker.ready(lease.job);
    this.#leases.end(lease, failure, now);
  }

  #halted(lease: HeldLease, now: number): void {
    this.#worker.ready(lease.job);
    if (lease.returning && this.#leases.find(lease.grant.lease)) this.#leases.giveBack(lease, now);
  }

  /** Nobody is charged before what ran here was tried again alone; a worker that was not open yet has done nothing. */
  #wrecked(now: number): void {
    const work = this.#worker.wrecked();
    if (!work) return;
    if (work.state === "running" && !work.lease.suspected && !work.lease.job.once) {
      if (work.lease.returning) this.#leases.giveBack(work.lease, now);
      else suspect(work.lease, work.until);
    } else this.#lost(work, failureOf("worker_died", "the worker died, as one does that takes too much memory"), now);
  }

  /** What the worker was at when it died, or was killed, is lost with it. */
  #lost(work: Work, failure: Failure, now: number): void {
    if (work.state === "opening") this.#unopened(work.job, failure, now);
    else if (work.state === "probing") this.#sayProbed(work.job, 0, 0);
    else if (work.state === "running") this.#leases.strand(work, failure, now);
  }

  /** The atom's worker never came up: the electron it was meant for is charged, unless that one has gone meanwhile. */
  #unopened(job: JobOrder, failure: Failure, now: number): void {
    if (this.#probe && workerKey(this.#probe) === workerKey(job)) {
      this.#sayProbed(this.#probe, 0, 0);
      this.#probe = null;
    }
    const lease = this.#leases.head;
    if (lease && workerKey(lease.job) === workerKey(job)) this.#leases.end(lease, failure, now);
  }

  #declined(job: JobOrder, code: string, message: string): void {
    this.#worker.close();
    this.#port.say({ type: "decline", atom: job.atom, code, message });
    this.#port.declined(job.atom);
  }

  #sayProbed(job: JobOrder, items: number, elapsedMs: number): void {
    this.#port.say({ type: "probed", job: job.job, items, elapsedMs });
  }

  /** Removes the lease without a word; its worker is killed when it is over it. */
  #discard(lease: HeldLease): void {
    this.#leases.remove(lease);
    if (this.#worker.isRunning(lease)) this.#worker.close();
  }
}
