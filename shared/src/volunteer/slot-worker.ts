/**
 * The worker of a slot: how it is opened, put to work, kept and closed.
 *
 *   empty ──open──► opening ──ready──► ready ──run──► running ──ready──► ready
 *     ▲                │                 │               │
 *     └────────────────┴── close · gone ─┴───────────────┘
 *
 * `probing` stands beside `running`: throw-away calls that time a range whose chunk is not fixed yet.
 * It decides nothing of leases: what becomes of one whose worker is gone is its slot's to say.
 */
import type { HeldLease, JobOrder } from "./held-lease.js";
import type { SlotPort } from "./slot-port.js";
import { type Work, WRECKS_MAX, workerKey } from "./work.js";

/** Times are monotonic milliseconds; what the worker answers comes to the slot, which tells it here. */
export class SlotWorker {
  readonly #slot: number;
  readonly #port: Pick<SlotPort, "effect">;
  #work: Work = { state: "empty" };
  /** Workers in a row that went down before they were open. */
  #wrecks = 0;

  constructor(slot: number, port: Pick<SlotPort, "effect">) {
    this.#slot = slot;
    this.#port = port;
  }

  get work(): Work {
    return this.#work;
  }

  /** Whether it can take up something now: it is ready, or can be opened. */
  get free(): boolean {
    return this.#work.state === "empty" || this.#work.state === "ready";
  }

  /** Whether it could work for the job at once. */
  isReadyFor(job: JobOrder): boolean {
    return this.#work.state === "ready" && workerKey(this.#work.job) === workerKey(job);
  }

  isRunning(lease: HeldLease): boolean {
    return this.#work.state === "running" && this.#work.lease === lease;
  }

  /** A fresh one for the job's atom, in place of one that is ready for another. */
  open(job: JobOrder, now: number): void {
    this.close();
    this.#work = { state: "opening", job, since: now };
    this.#port.effect({ type: "open", slot: this.#slot, job });
  }

  /** It is open, or through with what it was at. */
  ready(job: JobOrder): void {
    this.#wrecks = 0;
    this.#work = { state: "ready", job, until: Number.POSITIVE_INFINITY };
  }

  /** Works the lease from its next electron on: to its end, or that one alone. */
  run(lease: HeldLease, now: number): void {
    const { grant, job, next: from } = lease;
    const to = lease.solo > 0 ? from + 1 : grant.to;
    this.#work = { state: "running", lease, until: to, since: now, halting: false };
    this.#port.effect({ type: "run", slot: this.#slot, grant, job, from, to });
  }

  /** It has posted electrons of its run: the time of the next one begins. */
  posted(now: number): void {
    if (this.#work.state === "running") this.#work.since = now;
  }

  /** Asks it to stop its run between two electrons. */
  halt(): void {
    if (this.#work.state !== "running" || this.#work.halting) return;
    this.#work.halting = true;
    this.#port.effect({ type: "halt", slot: this.#slot });
  }

  probe(job: JobOrder, now: number): void {
    this.#work = { state: "probing", job, since: now };
    this.#port.effect({ type: "probe", slot: this.#slot, job });
  }

  /** Nobody needs it any more: one that is ready may stay until then, any other is closed. */
  spare(until: number): void {
    if (this.#work.state === "ready" && until > 0) this.#work = { ...this.#work, until };
    else this.close();
  }

  /** Ends it at once, if there is one. */
  close(): void {
    if (this.#work.state === "empty") return;
    this.#work = { state: "empty" };
    this.#port.effect({ type: "close", slot: this.#slot });
  }

  /** It died; gives what it was at. */
  gone(): Work {
    const work = this.#work;
    this.#work = { state: "empty" };
    return work;
  }

  /** It went down with others; gives what it was at, or null when it was not open yet, has done nothing and is made again. */
  wrecked(): Work | null {
    const work = this.gone();
    return work.state === "opening" && ++this.#wrecks <= WRECKS_MAX ? null : work;
  }
}
