/**
 * The shell around the volunteer's state machine, the same in a tab and in a Node client. It performs effects in order, keeps the
 * one timer, sends what is to be said once a turn of the event loop, and counts. What to do when, the machine decides.
 */
import { parseAtomId } from "../atom-id.js";
import { REVOCATIONS } from "../errors.js";
import type { Down } from "../protocol/down.js";
import type { Up } from "../protocol/up.js";
import type { VolunteerEffect, VolunteerEvent } from "../volunteer/events.js";
import type { JobOrder } from "../volunteer/held-lease.js";
import { Volunteer } from "../volunteer/volunteer.js";
import type { AtomSources } from "./atom-sources.js";
import type { Clock } from "./clock.js";
import type { Conductor, ConductorEvent } from "./conductor.js";
import { Crew } from "./crew.js";
import type { Executor, ExecutorEvent } from "./executor.js";
import type { Ending, VolunteerNews } from "./news.js";
import { type Counters, Tally, type Working } from "./tally.js";

/** `slots` is how many electrons run at a time, at least 1 and at most SLOTS_MAX. */
export type VolunteerClientOptions = {
  readonly slots: number;
  readonly conductor: Conductor;
  readonly executor: Executor;
  readonly sources: AtomSources;
  readonly clock: Clock;
  /** Strangers' atoms may run although the executor is no sandbox. */
  readonly allowUnsandboxed: boolean;
  /** Atoms that are the client's own, by id or by their SHA-256 in hexadecimal. */
  readonly pins: readonly string[];
  /** The client shows a token: only then can an atom be published with it. */
  readonly hasToken: () => boolean;
  readonly onNews?: ((news: VolunteerNews) => void) | undefined;
};

/** A volunteer at work from its construction until it is stopped or refused for good. It owns the timer of the state machine, and performs its effects in order. */
export class VolunteerClient {
  /** Resolves when the volunteer has left and nothing of it runs any more. */
  readonly ended: Promise<Ending>;
  readonly slots: number;
  readonly #options: VolunteerClientOptions;
  readonly #machine: Volunteer;
  readonly #crew: Crew;
  readonly #tally: Tally;
  /** Reports whose failure was told: a new link repeats the same ones. */
  readonly #told = new WeakSet<Up>();
  readonly #leases = new Map<number, number>();
  #outgoing: Up[] = [];
  #pending: VolunteerEvent[] = [];
  #disarm: () => void = () => {};
  #timerAt = Number.POSITIVE_INFINITY;
  #ending: Ending = { reason: "stopped" };
  #end: (ending: Ending) => void = () => {};

  constructor(options: VolunteerClientOptions) {
    this.#options = options;
    this.slots = options.slots;
    this.#tally = new Tally(options.clock.now());
    this.#machine = new Volunteer(options.slots);
    this.#crew = new Crew({
      executor: options.executor,
      sources: options.sources,
      objection: (job) => this.#objection(job),
      onEvent: (slot, job, event) => this.#worker(slot, job, event),
    });
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    options.conductor.open((event) => this.#link(event));
  }

  /** What was done here so far. */
  get counters(): Counters {
    return this.#tally.counters(this.#now());
  }

  /** What is computed here now. */
  get working(): Working[] {
    return this.#tally.working;
  }

  /**
   * Leaves the grid. `finish` lets electrons that run come to their end and starts no others, which takes up to the time-out of
   * a job; `now` kills them; a `finish` may be followed by a `now`. Whatever is not reported goes back, charged to nobody.
   */
  async stop(mode: "finish" | "now" = "finish"): Promise<Ending> {
    this.#step({ type: "stop", mode });
    return await this.ended;
  }

  #link(event: ConductorEvent): void {
    if (event.type !== "message") this.#news(event);
    else if (event.message.type === "revoke") this.#revoked(event.message);
    if (event.type === "message" || event.type === "connected") this.#step(event);
    else this.#cut(event);
  }

  #revoked({ lease, code }: Extract<Down, { type: "revoke" }>): void {
    this.#news({ type: "revoked", lease, code, message: REVOCATIONS[code] });
  }

  #cut(event: Exclude<ConductorEvent, { type: "message" | "connected" }>): void {
    // What was about to be said is lost with the link; a later one must not hear it before the volunteer has begun anew.
    this.#outgoing = [];
    this.#step({ type: "disconnected" });
    if (event.type !== "refused" || event.retryMs !== null) return;
    this.#ending = { reason: "refused", code: event.code, message: event.message };
    this.#step({ type: "stop", mode: "now" });
  }

  #worker(slot: number, { atom }: JobOrder, event: ExecutorEvent): void {
    if (event.type === "log" || event.type === "progress") {
      this.#news({ ...event, slot, atom });
      return;
    }
    if (event.type === "part") this.#tally.done(slot, event.part.count, this.#now());
    else this.#tally.ended(slot);
    if (event.type === "declined") this.#news({ ...event, atom });
    this.#step({ ...event, slot });
  }

  /** One event after the other, also when performing an effect brings the next one. */
  #step(event: VolunteerEvent): void {
    if (this.#pending.push(event) > 1) return;
    for (let next = this.#pending[0]; next; next = this.#pending[0]) {
      try {
        for (const effect of this.#machine.step(next, this.#now())) this.#perform(effect);
      } finally {
        this.#pending.shift(); // also after a bug: the events that come later must not wait behind it
      }
    }
    this.#arm();
  }

  #perform(effect: VolunteerEffect): void {
    if (effect.type === "send") this.#say(effect.message);
    else if (effect.type === "open") this.#crew.open(effect.slot, effect.job);
    else if (effect.type === "run") this.#run(effect);
    else if (effect.type === "halt") this.#crew.halt(effect.slot);
    else if (effect.type === "probe") this.#crew.probe(effect.slot, effect.job);
    else if (effect.type === "left") void this.#left();
    else {
      this.#tally.ended(effect.slot);
      this.#crew.close(effect.slot);
    }
  }

  #run(effect: Extract<VolunteerEffect, { type: "run" }>): void {
    const { slot, grant, job, from, to } = effect;
    this.#tally.began(slot, effect);
    this.#crew.run(slot, { job, grant, from, to });
    if (this.#leases.get(slot) === grant.lease) return;
    this.#leases.set(slot, grant.lease);
    const { attempt } = grant;
    this.#news({ type: "lease", slot, job: job.job, atom: job.atom, from: grant.from, to: grant.to, attempt });
  }

  #say(message: Up): void {
    if (this.#outgoing.push(message) === 1) this.#options.clock.soon(() => this.#send());
    if (message.type !== "report" || !message.failure || this.#told.has(message)) return;
    this.#told.add(message);
    this.#tally.failed();
    const electron = message.parts.reduce((next, part) => next + part.count, message.first);
    this.#news({ type: "failure", lease: message.lease, electron, failure: message.failure });
  }

  #send(): void {
    if (this.#outgoing.length > 0) this.#options.conductor.send(this.#outgoing);
    this.#outgoing = [];
  }

  /** A deadline that moved later is noticed when the timer rings, which costs less than setting it anew each time. */
  #arm(): void {
    const deadline = this.#machine.nextDeadline();
    if (deadline >= this.#timerAt) return;
    this.#disarm();
    this.#timerAt = deadline;
    const { clock } = this.#options;
    const waitMs = Math.max(0, Math.ceil(deadline - clock.now()));
    // What workers said while this thread was held up is delivered before the tick that might kill them.
    this.#disarm = clock.after(waitMs, () => clock.soon(() => this.#tick()));
  }

  #tick(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#step({ type: "tick" });
  }

  async #left(): Promise<void> {
    this.#send();
    this.#disarm();
    this.#options.conductor.close();
    this.#options.sources.close();
    await this.#crew.disband();
    this.#end(this.#ending);
  }

  #objection(job: JobOrder): string | null {
    const { executor, allowUnsandboxed, pins, hasToken } = this.#options;
    const hash = parseAtomId(job.atom)?.sha256 ?? job.atom;
    const own = (job.own && hasToken()) || pins.includes(job.atom) || pins.includes(hash);
    if (own || executor.sandboxed || allowUnsandboxed) return null;
    return `${job.atom} is a stranger's and ${executor.name} is no sandbox: pin it, or allow unsandboxed atoms`;
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #news(news: VolunteerNews): void {
    this.#options.onNews?.(news);
  }
}
