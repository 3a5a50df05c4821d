/**
 * The volunteer as a state machine, the same in a tab and in a Node client: `(event, now) → effects`.
 * It owns leases, deadlines of electrons and what is not yet acknowledged; it knows no socket, worker, timer or clock.
 */
import type { Down } from "../protocol/down.js";
import type { Up } from "../protocol/up.js";
import type { VolunteerEffect, VolunteerEvent } from "./events.js";
import type { Grant, JobOrder } from "./held-lease.js";
import { Outbox, type Report } from "./outbox.js";
import { Slot } from "./slot.js";
import { SPARE_MS } from "./work.js";

/** How long a goodbye waits for the coordinator's last acknowledgements. */
export const LEAVE_MS = 3_000;

/** `here` → `finishing` (electrons that run may end) → `leaving` (goodbye said) → `gone`. */
type Stay =
  | { readonly state: "here" }
  | { readonly state: "finishing" }
  | { readonly state: "leaving"; readonly until: number; readonly bye: boolean }
  | { readonly state: "gone" };

/** Feed it every event in order, and `tick` at `nextDeadline()`; after `left` it stays silent for good. */
export class Volunteer {
  readonly #slots: readonly Slot[];
  readonly #outbox = new Outbox();
  readonly #jobs = new Map<string, JobOrder>();
  #linked = false;
  #stay: Stay = { state: "here" };
  #effects: VolunteerEffect[] = [];

  constructor(slots: number) {
    const port = {
      effect: (effect: VolunteerEffect) => void this.#effects.push(effect),
      say: (message: Up) => this.#say(message),
      report: (report: Report, job: string) => {
        this.#outbox.add(report, job);
        this.#say(report);
      },
      declined: (atom: string) => {
        for (const slot of this.#slots) slot.dropAtom(atom);
      },
      convicted: () => {
        for (const slot of this.#slots) slot.acquit();
      },
      held: () => this.#outbox.full || this.#stay.state !== "here",
    };
    this.#slots = Array.from({ length: slots }, (_, index) => new Slot(index, port));
  }

  step(event: VolunteerEvent, now: number): VolunteerEffect[] {
    if (this.#stay.state === "gone") return [];
    this.#effects = [];
    if (event.type === "connected") this.#connected();
    else if (event.type === "disconnected") this.#linked = false;
    else if (event.type === "message") this.#message(event.message, now);
    else if (event.type === "tick") this.#tick(now);
    else if (event.type === "stop") this.#stop(event.mode, now);
    else this.#slots[event.slot]?.worker(event, now);
    if (this.#outbox.full) for (const slot of this.#slots) slot.halt();
    this.#pump(now);
    this.#leave(now);
    return this.#effects;
  }

  /** When `tick` must come next, in monotonic milliseconds; infinite when nothing waits. */
  nextDeadline(): number {
    const leaving = this.#stay.state === "leaving" ? this.#stay.until : Number.POSITIVE_INFINITY;
    return Math.min(leaving, ...this.#slots.map((slot) => slot.nextDeadline()));
  }

  /** True when every outcome is acknowledged and no lease is held. */
  get idle(): boolean {
    return this.acknowledged && !this.#busy;
  }

  /** True when nothing would have to be said again on a new link. */
  get acknowledged(): boolean {
    return this.#outbox.empty;
  }

  #pump(now: number): void {
    const suspect = this.#slots.find((slot) => slot.suspected);
    for (const slot of suspect ? [suspect] : this.#slots) slot.pump(now);
  }

  #connected(): void {
    this.#linked = true;
    for (const report of this.#outbox.reports()) this.#say(report);
    this.#say({ type: "holding", leases: this.#leases() });
    for (const slot of this.#slots) slot.restart();
    if (this.#stay.state === "leaving") this.#say({ type: "goodbye" });
  }

  #message(message: Down, now: number): void {
    if (message.type === "job") this.#jobs.set(message.job, message);
    else if (message.type === "forget") this.#forget(message.job, now);
    else if (message.type === "grant") this.#grant(message);
    else if (message.type === "ack") this.#outbox.acknowledge(message.lease, message.reported);
    else if (message.type === "bye" && this.#stay.state === "leaving") this.#stay = { ...this.#stay, bye: true };
    else if (message.type === "probe") {
      const job = this.#jobs.get(message.job);
      if (job) this.#slots[message.slot]?.probe(job);
    } else if (message.type === "revoke") {
      if (message.kill) this.#outbox.forget(message.lease);
      for (const slot of this.#slots) slot.revoke(message.lease, message.kill, now);
    }
  }

  /** A lease that comes too late, or of a job whose order never came, goes straight back. */
  #grant(grant: Grant): void {
    const job = this.#jobs.get(grant.job);
    const slot = this.#slots[grant.slot];
    if (job && slot && this.#stay.state === "here") slot.grant(grant, job);
    else this.#say({ type: "return", lease: grant.lease });
  }

  #forget(id: string, now: number): void {
    this.#jobs.delete(id);
    this.#outbox.forgetJob(id);
    for (const slot of this.#slots) slot.dropJobs(({ job }) => job === id, now + SPARE_MS);
  }

  #tick(now: number): void {
    for (const slot of this.#slots) slot.tick(now);
  }

  #stop(mode: "finish" | "now", now: number): void {
    if (mode === "now" && this.#stay.state !== "leaving") this.#goodbye(now);
    else if (this.#stay.state === "here") {
      this.#stay = { state: "finishing" };
      for (const slot of this.#slots) slot.returnAll(now);
    }
  }

  #goodbye(now: number): void {
    for (const slot of this.#slots) {
      slot.flush(now);
      slot.drop();
    }
    this.#stay = { state: "leaving", until: now + LEAVE_MS, bye: false };
    this.#say({ type: "goodbye" });
  }

  #leave(now: number): void {
    if (this.#stay.state === "finishing" && !this.#busy) this.#goodbye(now);
    if (this.#stay.state !== "leaving") return;
    // `bye` says that all is durable. Without a link there is nobody to wait for, unless outcomes could still be saved.
    const said = this.#stay.bye || (this.#outbox.empty && !this.#linked);
    if (this.#stay.until > now && !said) return;
    this.#stay = { state: "gone" };
    this.#effects.push({ type: "left" });
  }

  get #busy(): boolean {
    return this.#slots.some((slot) => slot.busy);
  }

  #leases(): number[] {
    return this.#slots.flatMap((slot) => slot.leases.map((lease) => lease.grant.lease));
  }

  #say(message: Up): void {
    if (this.#linked) this.#effects.push({ type: "send", message });
  }
}
