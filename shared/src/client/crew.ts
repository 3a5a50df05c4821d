/**
 * The workers of a volunteer, one a slot: gets an atom's source, has the executor open it, and passes on what the slot's present
 * worker says. It decides nothing but who may not run here; what comes from a worker that was closed is dropped.
 */
import { SENTENCE_BYTES_MAX } from "../limits.js";
import { cutUtf8 } from "../runner/cut.js";
import type { RunOrder } from "../runner/runner.js";
import type { JobOrder } from "../volunteer/held-lease.js";
import { type AtomSources, SourceRefused } from "./atom-sources.js";
import type { AtomWorker, Executor, ExecutorEvent } from "./executor.js";

/** `onEvent` is told what workers say, each with its slot and the job for which that was opened. */
export type CrewOptions = {
  readonly executor: Executor;
  readonly sources: AtomSources;
  /** Null, or why the job's atom may not run here. */
  readonly objection: (job: JobOrder) => string | null;
  readonly onEvent: (slot: number, job: JobOrder, event: ExecutorEvent) => void;
};

/** One worker from `open` to `close`; it has none while its source is under way. */
type Seat = { readonly slot: number; readonly job: JobOrder; worker: AtomWorker | null };

/** At most one worker a slot. Calls for a slot without a worker do nothing; none of them throws. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #seats = new Map<number, Seat>();
  readonly #killed = new Set<Promise<void>>();

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  /** Answers later, never at once: `opened`, `declined` or `lost`. */
  open(slot: number, job: JobOrder): void {
    this.close(slot);
    const seat: Seat = { slot, job, worker: null };
    this.#seats.set(slot, seat);
    void this.#fill(seat);
  }

  close(slot: number): void {
    const worker = this.#seats.get(slot)?.worker;
    this.#seats.delete(slot);
    if (!worker) return;
    const killed = worker.kill().finally(() => this.#killed.delete(killed));
    this.#killed.add(killed);
  }

  run(slot: number, order: RunOrder): void {
    this.#seats.get(slot)?.worker?.run(order);
  }

  halt(slot: number): void {
    this.#seats.get(slot)?.worker?.halt();
  }

  probe(slot: number, job: JobOrder): void {
    this.#seats.get(slot)?.worker?.probe(job);
  }

  /** Resolves when nothing of any worker runs any more. */
  async disband(): Promise<void> {
    for (const slot of [...this.#seats.keys()]) this.close(slot);
    await Promise.all(this.#killed);
  }

  async #fill(seat: Seat): Promise<void> {
    const { atom } = seat.job;
    try {
      const objection = this.#options.objection(seat.job);
      if (objection !== null) return await this.#decline(seat, { code: "foreign_atom", message: objection });
      const source = await this.#options.sources.get(atom);
      if (!this.#holds(seat)) return;
      seat.worker = this.#options.executor.open({ name: atom, source }, (event) => this.#say(seat, event));
    } catch (error) {
      const code = error instanceof SourceRefused ? error.code : "cannot_open";
      await this.#decline(seat, { code, message: (error as Error).message });
    }
  }

  /** After a turn, since the volunteer is in the middle of a step when it asks for a worker. */
  async #decline(seat: Seat, why: { code: string; message: string }): Promise<void> {
    await Promise.resolve();
    this.#say(seat, { type: "declined", code: why.code, message: cutUtf8(why.message, SENTENCE_BYTES_MAX) });
  }

  #say(seat: Seat, event: ExecutorEvent): void {
    if (this.#holds(seat)) this.#options.onEvent(seat.slot, seat.job, event);
  }

  #holds(seat: Seat): boolean {
    return this.#seats.get(seat.slot) === seat;
  }
}
