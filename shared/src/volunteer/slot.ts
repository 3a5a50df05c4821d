/**
 * One slot of a volunteer: the lease being worked on, at most one behind it, and the worker that computes.
 *
 *   empty ──open──► opening ──opened──► ready ──run──► running ──last part · failed · halted──► ready
 *     ▲                │                  │               │
 *     └────────────────┴── close · lost ──┴───────────────┘
 *
 * `probing` stands beside `running`: throw-away calls that time a range whose chunk is not fixed yet.
 * It knows no link: what it wants said goes through `say`, which may drop it; reports go through `report`, which may not.
 */
import type { Failure, Part } from "../protocol/fields.js";
import type { WorkerEvent } from "./events.js";
import {
  failureOf,
  flushAt,
  type Grant,
  goAlone,
  type HeldLease,
  heldLease,
  type JobOrder,
  suspect,
  take,
  takeReport,
} from "./held-lease.js";
import type { SlotPort } from "./slot-port.js";
import { killAt, lateMessage, type Running, type Work, workerKey } from "./work.js";

/** A worker that goes down with others before it is open is made again so often before its electron is charged. */
const WRECKS_MAX = 3;

/** Times are monotonic milliseconds; nothing new starts but in `pump`, at the end of a step. */
export class Slot {
  readonly #index: number;
  readonly #port: SlotPort;
  readonly #queue: HeldLease[] = [];
  #work: Work = { state: "empty" };
  #probe: JobOrder | null = null;
  /** Workers in a row that went down before they were open. */
  #wrecks = 0;
  /** Of the leases that came: ids only grow, so an older one has come before. */
  #newestLease = -1;

  constructor(index: number, port: SlotPort) {
    this.#index = index;
    this.#port = port;
  }

  get leases(): readonly HeldLease[] {
    return this.#queue;
  }

  get busy(): boolean {
    return this.#queue.length > 0 || this.#work.state === "probing";
  }

  /** Its electrons must run while no other slot starts anything, so that the charge falls on the one that kills its worker. */
  get suspected(): boolean {
    return this.#queue[0]?.suspected === true;
  }

  acquit(): void {
    for (const lease of this.#queue) lease.suspected = false;
  }

  grant(grant: Grant, job: JobOrder): void {
    if (grant.lease <= this.#newestLease) return;
    this.#newestLease = grant.lease;
    this.#queue.push(heldLease(grant, job));
  }

  probe(job: JobOrder): void {
    this.#probe = job;
  }

  /** Says again what a broken link may have lost: that the clock of the lease being worked on runs. */
  restart(): void {
    for (const { grant, started } of this.#queue) if (started) this.#port.say({ type: "start", lease: grant.lease });
  }

  /** Ends a lease: at once, or when the electron being computed has ended. */
  revoke(id: number, kill: boolean, now: number): void {
    const lease = this.#find(id);
    if (!lease) return;
    if (kill) this.#discard(lease);
    else if (this.#running(lease)) {
      lease.returning = true;
      this.halt();
    } else this.#giveBack(lease, now);
  }

  /** Drops what it holds without a word, worker and all: the coordinator has it back. */
  drop(): void {
    this.#queue.length = 0;
    this.#probe = null;
    if (this.#work.state !== "empty") this.#close();
  }

  /** Drops what it holds of some jobs without a word, and the worker that served them; one that is ready may stay until then. */
  dropJobs(gone: (job: JobOrder) => boolean, spareUntil = 0): void {
    if (this.#probe && gone(this.#probe)) this.#probe = null;
    for (const lease of this.#queue.filter((l) => gone(l.job))) this.#discard(lease);
    const work = this.#work;
    if (work.state === "empty" || work.state === "running" || !gone(work.job)) return;
    if (work.state === "ready" && spareUntil > 0) this.#work = { ...work, until: spareUntil };
    else this.#close();
  }

  /** Drops an atom that will not run here; but of what may run once at most what has begun goes on, and the rest goes back by name. */
  dropAtom(atom: string): void {
    this.dropJobs((job) => job.atom === atom && !job.once);
    const unbegun = this.#queue.filter(({ job, started }) => job.atom === atom && !started);
    for (const lease of unbegun) this.#giveBack(lease, 0); // with nothing to report
  }

  /** Gives back what has not begun, and the rest of what has once its running electron has ended. */
  returnAll(now: number): void {
    this.#probe = null;
    if (this.#work.state === "probing") this.#close();
    for (const lease of [...this.#queue]) this.revoke(lease.grant.lease, false, now);
  }

  /** Stops the worker between two electrons; the lease stays and goes on with the next `pump`. */
  halt(): void {
    if (this.#work.state !== "running" || this.#work.halting) return;
    this.#work.halting = true;
    this.#port.effect({ type: "halt", slot: this.#index });
  }

  flush(now: number): void {
    for (const lease of this.#queue) this.#flush(lease, null, now);
  }

  worker(event: WorkerEvent, now: number): void {
    const work = this.#work;
    if (event.type === "lost") this.#lost(event.code, event.message, now);
    else if (event.type === "wrecked") this.#wrecked(now);
    else if (work.state === "opening" && event.type === "opened") this.#ready(work.job);
    else if (work.state === "opening" && event.type === "declined") this.#declined(work.job, event.code, event.message);
    else if (work.state === "probing" && event.type === "probed") {
      this.#ready(work.job);
      this.#sayProbed(work.job, event.items, event.elapsedMs);
    } else if (work.state !== "running") return;
    else if (event.type === "part") this.#part(work, event.part, now);
    else if (event.type === "failed") this.#failed(work.lease, event.failure, now);
    else if (event.type === "halted") this.#halted(work.lease, now);
  }

  /** Takes up what it holds, when the worker is free. */
  pump(now: number): void {
    if (this.#port.held() || (this.#work.state !== "empty" && this.#work.state !== "ready")) return;
    const lease = this.#queue[0];
    const job = lease?.job ?? this.#probe;
    if (!job) return;
    if (this.#work.state === "empty" || workerKey(this.#work.job) !== workerKey(job)) this.#open(job, now);
    else if (lease) this.#run(lease, now);
    else {
      this.#probe = null;
      this.#work = { state: "probing", job, since: now };
      this.#port.effect({ type: "probe", slot: this.#index, job });
    }
  }

  nextDeadline(): number {
    return Math.min(killAt(this.#work), ...this.#queue.map(flushAt));
  }

  tick(now: number): void {
    for (const lease of this.#queue) if (flushAt(lease) <= now) this.#flush(lease, null, now);
    if (killAt(this.#work) > now) return;
    this.#port.effect({ type: "close", slot: this.#index });
    this.#lost("time_out", lateMessage(this.#work), now);
  }

  #open(job: JobOrder, now: number): void {
    if (this.#work.state === "ready") this.#close();
    this.#work = { state: "opening", job, since: now };
    this.#port.effect({ type: "open", slot: this.#index, job });
  }

  #run(lease: HeldLease, now: number): void {
    const { grant, job, next: from } = lease;
    if (!lease.started) this.#port.say({ type: "start", lease: grant.lease });
    lease.started = true;
    const to = lease.solo > 0 ? from + 1 : grant.to;
    this.#work = { state: "running", lease, until: to, since: now, halting: false };
    this.#port.effect({ type: "run", slot: this.#index, grant, job, from, to });
  }

  #part(work: Running, part: Part, now: number): void {
    const { lease, until } = work;
    if (lease.next + part.count > until) {
      this.#close();
      this.#end(lease, failureOf("worker_died", "the atom's worker broke its protocol"), now);
      return;
    }
    take(lease, part);
    work.since = now;
    if (lease.next === until) this.#ready(lease.job);
    if (lease.next === lease.grant.to) this.#end(lease, null, now);
    else if (flushAt(lease) <= now) this.#flush(lease, null, now);
    if (work.halting && lease.next === until) this.#halted(lease, now);
  }

  #failed(lease: HeldLease, failure: Failure, now: number): void {
    this.#ready(lease.job);
    this.#end(lease, failure, now);
  }

  #halted(lease: HeldLease, now: number): void {
    this.#ready(lease.job);
    if (lease.returning && this.#find(lease.grant.lease)) this.#giveBack(lease, now);
  }

  /** Nobody is charged before what ran here was tried again alone; a worker that was not open yet has done nothing. */
  #wrecked(now: number): void {
    const work = this.#work;
    const innocent = work.state === "opening" && ++this.#wrecks <= WRECKS_MAX;
    if (innocent) this.#work = { state: "empty" };
    else if (work.state === "running" && !work.lease.suspected && !work.lease.job.once) {
      this.#work = { state: "empty" };
      if (work.lease.returning) this.#giveBack(work.lease, now);
      else suspect(work.lease, work.until);
    } else this.#lost("worker_died", "the worker died, as one does that takes too much memory", now);
  }

  /** Of what a dead worker had finished and not posted nothing is known, so the charge must first find its electron. */
  #lost(code: Failure["code"], message: string, now: number): void {
    const work = this.#work;
    this.#work = { state: "empty" };
    if (work.state === "opening") this.#unopened(work.job, failureOf(code, message), now);
    else if (work.state === "probing") this.#sayProbed(work.job, 0, 0);
    else if (work.state === "running") this.#stranded(work, failureOf(code, message), now);
  }

  /** The atom's worker never came up: the electron it was meant for is charged, unless that one has gone meanwhile. */
  #unopened(job: JobOrder, failure: Failure, now: number): void {
    if (this.#probe && workerKey(this.#probe) === workerKey(job)) {
      this.#sayProbed(this.#probe, 0, 0);
      this.#probe = null;
    }
    const lease = this.#queue[0];
    if (lease && workerKey(lease.job) === workerKey(job)) this.#end(lease, failure, now);
  }

  /** The electrons are run one by one, each with the coordinator's clock from the start, unless there is but one. */
  #stranded({ lease, until }: Running, failure: Failure, now: number): void {
    const suspects = until - lease.next;
    if (suspects === 1) this.#end(lease, failure, now);
    else if (lease.returning) this.#giveBack(lease, now);
    else goAlone(lease, until);
  }

  #declined(job: JobOrder, code: string, message: string): void {
    this.#close();
    this.#port.say({ type: "decline", atom: job.atom, code, message });
    this.#port.declined(job.atom);
  }

  #sayProbed(job: JobOrder, items: number, elapsedMs: number): void {
    this.#port.say({ type: "probed", job: job.job, items, elapsedMs });
  }

  /** The lease is over: what it finished is reported, and with a failure the rest goes back by itself. */
  #end(lease: HeldLease, failure: Failure | null, now: number): void {
    this.#flush(lease, failure, now);
    this.#remove(lease);
    if (failure && lease.suspected) this.#port.convicted();
  }

  #giveBack(lease: HeldLease, now: number): void {
    this.#flush(lease, null, now);
    this.#remove(lease);
    this.#port.say({ type: "return", lease: lease.grant.lease });
  }

  #flush(lease: HeldLease, failure: Failure | null, now: number): void {
    const report = takeReport(lease, failure, now);
    if (report) this.#port.report(report, lease.job.job);
  }

  #ready(job: JobOrder): void {
    this.#wrecks = 0;
    this.#work = { state: "ready", job, until: Number.POSITIVE_INFINITY };
  }

  #close(): void {
    this.#work = { state: "empty" };
    this.#port.effect({ type: "close", slot: this.#index });
  }

  /** Removes the lease without a word; its worker is killed when it is over it. */
  #discard(lease: HeldLease): void {
    this.#remove(lease);
    if (this.#running(lease)) this.#close();
  }

  #running(lease: HeldLease): boolean {
    return this.#work.state === "running" && this.#work.lease === lease;
  }

  #remove(lease: HeldLease): void {
    const at = this.#queue.indexOf(lease);
    if (at >= 0) this.#queue.splice(at, 1);
  }

  #find(id: number): HeldLease | undefined {
    return this.#queue.find((lease) => lease.grant.lease === id);
  }
}
