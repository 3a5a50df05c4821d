/**
 * A simulated client: the real volunteer state machine over workers of virtual time. Its link, its sleep and its death are
 * the world's doing.
 */
import assert from "node:assert/strict";
import { packMicros, packValues } from "@valence/shared/pack";
import type { Up } from "@valence/shared/protocol/up";
import type { Value } from "@valence/shared/value";
import type { VolunteerEffect, VolunteerEvent } from "@valence/shared/volunteer/events";
import { Volunteer } from "@valence/shared/volunteer/volunteer";
import type { Plan } from "./agenda.js";
import { durationOf, outcomeOf, type SimulatedAtom, type SimulatedOutcome } from "./atom.js";

export type ClientPort = {
  now(): number;
  /** Runs `then` after that long, unless the client has died; a sleeping client runs it when it wakes. */
  after(ms: number, then: () => void): Plan;
  send(batch: readonly Up[]): void;
  atomOf(job: string): SimulatedAtom;
  left(): void;
  /** Uniform in [0, 1). */
  dice(): number;
  /** Whether everything fails here. */
  broken(): boolean;
  /** An electron begins. */
  begun(job: string, electron: number): void;
  /** An electron takes the whole client with it. */
  crash(): void;
};

type Run = Extract<VolunteerEffect, { type: "run" }>;

/** A worker posts after that many electrons, or that long; as the real ones do, but smaller, for small worlds. */
const POST_ELECTRONS = 8;
const POST_MS = 10;

const BROKEN: SimulatedOutcome = { type: "error", retryable: true };

export class SimulatedClient {
  readonly #port: ClientPort;
  readonly #machine: Volunteer;
  readonly #speed: number;
  /** Raised when a slot's worker is closed. */
  readonly #workers = new Map<number, number>();
  readonly #halts = new Set<number>();
  /** By slot, the lease that its worker has posted of, and the first electron that it has not posted. */
  readonly #posted = new Map<number, { readonly lease: number; readonly to: number }>();
  /** By lease, the first electron that no link was told of. */
  readonly #told = new Map<number, number>();
  /** Slots that have a worker. */
  readonly #staffed = new Set<number>();
  #timer: Plan | null = null;

  constructor(slots: number, speed: number, port: ClientPort) {
    this.#port = port;
    this.#machine = new Volunteer(slots);
    this.#speed = speed;
  }

  step(event: VolunteerEvent): void {
    const said: Up[] = [];
    const posted = [...this.#posted.values()];
    for (const effect of this.#machine.step(event, this.#port.now())) {
      if (effect.type === "send") said.push(this.#tell(effect.message, posted));
      else if (effect.type === "left") this.#port.left();
      else this.#perform(effect);
    }
    if (said.length > 0) this.#port.send(said);
    this.#setTimer();
  }

  /** It has nothing to say again. */
  get acknowledged(): boolean {
    return this.#machine.acknowledged;
  }

  /** Whoever says goodbye has told before of all that its workers had posted. */
  #tell(message: Up, posted: readonly { readonly lease: number; readonly to: number }[]): Up {
    if (message.type === "report") {
      const done = message.parts.reduce((sum, { count }) => sum + count, 0);
      this.#told.set(message.lease, Math.max(this.#told.get(message.lease) ?? 0, message.first + done));
    }
    if (message.type === "goodbye")
      for (const { lease, to } of posted)
        assert.ok((this.#told.get(lease) ?? 0) >= to, "a volunteer leaves and does not tell what it has finished");
    return message;
  }

  #setTimer(): void {
    if (this.#timer) this.#timer.cancelled = true;
    const at = this.#machine.nextDeadline();
    this.#timer = null;
    if (at === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#port.after(Math.max(0, at - this.#port.now()), () => this.step({ type: "tick" }));
  }

  #perform(effect: Exclude<VolunteerEffect, { type: "send" | "left" }>): void {
    const { slot } = effect;
    if (effect.type === "close") this.#dismiss(slot);
    else if (effect.type === "halt") this.#halts.add(slot);
    else if (effect.type === "open") this.#open(slot);
    else if (!this.#staffed.has(slot))
      return; // The worker died just now, and does nothing any more.
    else if (effect.type === "probe")
      this.#later(slot, 200, () => this.step({ type: "probed", slot, items: 64, elapsedMs: 64 * this.#speed }));
    else {
      this.#halts.delete(slot);
      this.#run(effect, effect.from, 0, []);
    }
  }

  /** Quick as a rule; slow, or not at all for now, when the atom's source is far away. */
  #open(slot: number): void {
    const dice = this.#port.dice();
    this.#staffed.add(slot);
    if (dice < 0.02)
      this.#later(slot, 20_000, () =>
        this.step({ type: "declined", slot, code: "source_unreachable", message: "away" }),
      );
    else this.#later(slot, dice < 0.05 ? 8_000 : 30, () => this.step({ type: "opened", slot }));
  }

  /** Works electron `next` of a run; `values` are finished and not posted, since `spent` milliseconds ago. */
  #run(run: Run, next: number, spent: number, values: Value[]): void {
    const { slot, grant, to } = run;
    const atom = this.#port.atomOf(grant.job);
    if (next === to || this.#halts.has(slot)) {
      this.#post(run, next, values);
      if (next < to) this.step({ type: "halted", slot });
      return;
    }
    this.#port.begun(grant.job, next);
    const ms = durationOf(atom, next) * this.#speed;
    const outcome = this.#port.broken() ? BROKEN : outcomeOf(atom, next, grant.attempt);
    if (outcome.type === "hang") return; // with what it had not posted
    this.#later(slot, ms, () => {
      if (outcome.type === "death") this.#die(slot);
      else if (outcome.type === "crash") this.#port.crash();
      else if (outcome.type === "error") {
        this.#post(run, next, values);
        const failure = {
          code: "error",
          message: "thrown",
          stack: null,
          retryable: outcome.retryable,
          retryAfterMs: null,
        } as const;
        this.step({ type: "failed", slot, failure });
      } else {
        const posted = values.length + 1 >= POST_ELECTRONS || spent + ms >= POST_MS || next + 1 === to;
        const done = [...values, outcome.value];
        if (posted) this.#post(run, next + 1, done);
        if (next + 1 < to) this.#run(run, next + 1, posted ? 0 : spent + ms, posted ? [] : done);
      }
    });
  }

  /** Alone, or with all others, as workers do whose frames share a process. */
  #die(slot: number): void {
    const together = this.#port.dice() < 0.3;
    const dead = together ? [...this.#staffed] : [slot];
    for (const each of dead) this.#dismiss(each);
    if (!together) this.step({ type: "lost", slot, code: "worker_died", message: "died of itself" });
    else for (const each of dead) if (!this.#staffed.has(each)) this.step({ type: "wrecked", slot: each });
  }

  /** Whatever the worker still does counts for nothing. */
  #dismiss(slot: number): void {
    this.#posted.delete(slot);
    this.#staffed.delete(slot);
    this.#workers.set(slot, this.#worker(slot) + 1);
  }

  /** `values` are those up to electron `to`. */
  #post({ slot, grant }: Run, to: number, values: readonly Value[]): void {
    if (values.length === 0) return;
    this.#posted.set(slot, { lease: grant.lease, to });
    const atom = this.#port.atomOf(grant.job);
    const micros = values.map((_, i) => 1_000 * this.#speed * durationOf(atom, to - values.length + i));
    const part = { count: values.length, micros: packMicros(micros), values: packValues(values) };
    this.step({ type: "part", slot, part });
  }

  #later(slot: number, ms: number, then: () => void): void {
    const worker = this.#worker(slot);
    this.#port.after(ms, () => {
      if (this.#worker(slot) === worker) then();
    });
  }

  #worker(slot: number): number {
    return this.#workers.get(slot) ?? 0;
  }
}
