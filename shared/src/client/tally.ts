/** What a volunteer has done since its start, for a progress display. */
import { itemsOf } from "../shape.js";
import type { JobOrder } from "../volunteer/held-lease.js";

const SECOND_MS = 1_000;
/** The rate is over that long. */
const WINDOW_S = 10;

/** Since the start of the client, over all its links; `rate` and `busy` are of now. */
export type Counters = {
  /** Finished here; whether they are accepted, the coordinator knows. */
  readonly electrons: number;
  readonly items: number;
  readonly failures: number;
  /** Items a second over the last ten seconds. */
  readonly rate: number;
  /** Slots that compute now. */
  readonly busy: number;
};

/** One slot that computes. */
export type Working = { readonly slot: number; readonly job: string; readonly atom: string };

type Run = { readonly job: JobOrder; next: number; readonly to: number };

/** Told of each run, in monotonic milliseconds that never go back. What it is told of a slot without a run counts for nothing. */
export class Tally {
  #electrons = 0;
  #items = 0;
  #failures = 0;
  readonly #runs = new Map<number, Run>();
  /** Items by second, in a ring. */
  readonly #seconds = new Float64Array(WINDOW_S);
  #second: number;
  readonly #startedAt: number;

  constructor(now: number) {
    this.#startedAt = now;
    this.#second = Math.floor(now / SECOND_MS);
  }

  began(slot: number, run: { job: JobOrder; from: number; to: number }): void {
    this.#runs.set(slot, { job: run.job, next: run.from, to: run.to });
  }

  done(slot: number, electrons: number, now: number): void {
    const run = this.#runs.get(slot);
    if (!run) return;
    const span = { from: run.next, to: run.next + electrons };
    const { shape } = run.job;
    const items = shape.kind === "range" ? itemsOf(span, shape.chunk, shape.total) : span;
    run.next = span.to;
    if (run.next >= run.to) this.#runs.delete(slot);
    this.#turn(now);
    this.#electrons += electrons;
    this.#items += items.to - items.from;
    this.#seconds[this.#second % WINDOW_S] = (this.#seconds[this.#second % WINDOW_S] ?? 0) + items.to - items.from;
  }

  failed(): void {
    this.#failures++;
  }

  /** The slot computes no more, for whatever reason. */
  ended(slot: number): void {
    this.#runs.delete(slot);
  }

  /** What each busy slot is at, in the order in which they began. */
  get working(): Working[] {
    return Array.from(this.#runs, ([slot, { job }]) => ({ slot, job: job.job, atom: job.atom }));
  }

  counters(now: number): Counters {
    this.#turn(now);
    const items = this.#seconds.reduce((sum, each) => sum + each, 0);
    // The present second has only begun, and early on there were not ten of them.
    const spanMs = Math.min((WINDOW_S - 1) * SECOND_MS + (now % SECOND_MS), now - this.#startedAt);
    const rate = spanMs > 0 ? (items * SECOND_MS) / spanMs : 0;
    const { size: busy } = this.#runs;
    return { electrons: this.#electrons, items: this.#items, failures: this.#failures, rate, busy };
  }

  /** Empties the seconds that have passed since the last look. */
  #turn(now: number): void {
    const second = Math.floor(now / SECOND_MS);
    const passed = Math.min(second - this.#second, WINDOW_S);
    for (let i = 1; i <= passed; i++) this.#seconds[(this.#second + i) % WINDOW_S] = 0;
    this.#second = second;
  }
}
