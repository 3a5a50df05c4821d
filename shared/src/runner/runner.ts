/**
 * What works electrons inside a worker, the same in a thread and in a tab: calls the atom, packs what it gives, and says so
 * to the host. It knows no thread, frame, timer or deadline: the host kills what takes too long.
 *
 *   idle ──run──► running ──last electron · failure · halt──► idle
 */
import type { Atom } from "../atom.js";
import { packMicros } from "../pack.js";
import type { Grant, JobOrder } from "../volunteer/held-lease.js";
import { POST_MS } from "../volunteer/work.js";
import { constant } from "./constant.js";
import { ElectronContext, type RunContext } from "./context.js";
import { failureFrom } from "./failure.js";
import { Payloads } from "./payloads.js";
import { probeRange } from "./probe.js";
import { Results } from "./results.js";
import type { Said } from "./said.js";
import { Voice } from "./voice.js";

/** Finished electrons are posted by that many at the latest, which bounds what a death leaves unknown. */
export const POST_ELECTRONS = 256;
const POST_BYTES = 1024 * 1024;
/** How long it computes before it lets its event loop turn, so that `halt` is heard. */
const TURN_MS = 50;

/** Electrons `[from, to)` of a grant, which the host may ask for in several runs. */
export type RunOrder = { readonly job: JobOrder; readonly grant: Grant; readonly from: number; readonly to: number };

/** What a runner needs of the worker around it. */
export type RunnerPort = {
  post(said: Said): void;
  /** Monotonic milliseconds, as fine as there are. */
  now(): number;
  /** Resolves after the event loop has turned, so that messages were delivered. */
  breathe(): Promise<void>;
};

/** One atom's. One run or probe at a time; all that comes of it is posted, and nothing thrown. */
export class Runner {
  readonly #atom: Pick<Atom, "process">;
  readonly #port: RunnerPort;
  readonly #source: string;
  readonly #voice: Voice;
  readonly #payloads = new Payloads();
  readonly #results = new Results(POST_ELECTRONS);
  #micros: number[] = [];
  #postedAt = 0;
  #running = false;
  #halting = false;
  /** The loop will turn while an electron is awaited, and what is finished be posted then. */
  #turning = false;

  /** @param source the atom's name in stack traces */
  constructor(atom: Pick<Atom, "process">, port: RunnerPort, source: string) {
    this.#atom = atom;
    this.#port = port;
    this.#source = source;
    this.#voice = new Voice((said) => port.post(said), port.now);
  }

  /** A line of the atom outside of any electron. */
  get log(): (...words: unknown[]) => void {
    return this.#voice.log;
  }

  /** Works the electrons in order, up to the first failure. Resolves when it has posted its last word about them. */
  async run(order: RunOrder): Promise<void> {
    if (this.#running) throw new Error("a run is under way");
    this.#running = true;
    this.#halting = false;
    try {
      await this.#work(order);
    } finally {
      this.#running = false;
    }
  }

  /** Stops between two electrons, with `halted`; says nothing when no run is under way. */
  halt(): void {
    this.#halting = true;
  }

  /** Times throw-away calls over the first items of a range; nothing they log is said. */
  async probe(job: JobOrder): Promise<void> {
    const silent = new Voice(() => {}, this.#port.now);
    const context = this.#contextOf(job, 1, silent);
    const call = (payload: unknown) => this.#atom.process(payload, new ElectronContext(context, 0));
    this.#port.post({ type: "probed", ...(await probeRange(job.shape, call, this.#port.now)) });
  }

  async #work({ job, grant, from, to }: RunOrder): Promise<void> {
    const { now, breathe } = this.#port;
    const context = this.#contextOf(job, grant.attempt, this.#voice);
    const itemsEach = job.shape.kind === "range" ? job.shape.chunk : 1;
    let began = now();
    let turnedAt = began;
    this.#postedAt = began;
    for (let electron = from; electron < to; electron++) {
      if (this.#halting) return this.#last({ type: "halted" });
      try {
        const payload = this.#payloads.of(job, grant, electron);
        const result = this.#atom.process(payload, new ElectronContext(context, electron * itemsEach));
        this.#results.add(isPromise(result) ? await this.#settled(result) : result);
      } catch (error) {
        return this.#last({ type: "failed", failure: failureFrom(error, this.#source) });
      }
      const ended = now();
      this.#micros.push((ended - began) * 1_000);
      began = ended;
      if (this.#due(ended)) this.#post(ended);
      // Not after the last one: its part is posted, so the next run may come while this one still waited for the loop.
      if (ended - turnedAt < TURN_MS || electron + 1 === to) continue;
      await breathe();
      began = now();
      turnedAt = began;
    }
    this.#post(began);
  }

  #contextOf(job: JobOrder, attempt: number, voice: Voice): RunContext {
    return { seed: job.seed, attempt, params: constant(job.params), voice };
  }

  /** Awaits an electron, and posts what is finished before it if the loop turns meanwhile. */
  #settled(result: PromiseLike<unknown>): PromiseLike<unknown> {
    if (!this.#turning && this.#results.count > 0) {
      this.#turning = true;
      void this.#port.breathe().then(() => {
        this.#turning = false;
        this.#post(this.#port.now());
      });
    }
    return result;
  }

  #due(now: number): boolean {
    const { count, bytes } = this.#results;
    return now - this.#postedAt >= POST_MS || count === POST_ELECTRONS || bytes >= POST_BYTES;
  }

  #last(said: Said): void {
    this.#post(this.#postedAt);
    this.#port.post(said);
  }

  #post(now: number): void {
    this.#postedAt = now;
    const count = this.#results.count;
    if (count === 0) return;
    const micros = packMicros(this.#micros);
    this.#micros = [];
    this.#port.post({ type: "part", part: { count, micros, values: this.#results.take() } });
  }
}

function isPromise(result: unknown): result is PromiseLike<unknown> {
  return typeof result === "object" && result !== null && typeof (result as { then?: unknown }).then === "function";
}
