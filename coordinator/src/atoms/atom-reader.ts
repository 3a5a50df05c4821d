/**
 * Reads the atoms that strangers publish, in a thread that can be ended: parsing can be made to take minutes, or all memory.
 * One thread, kept between reads; one read at a time; the others wait in a queue that is bounded. Knows nothing of JavaScript.
 */
import { Worker } from "node:worker_threads";
import { GridError, overLimit } from "@valence/shared/errors";
import { ATOM_BYTES_MAX } from "@valence/shared/limits";
import type { AtomReading, FromThread } from "./atom-thread.js";

/** Reads that may wait for the one being read; each holds up to `ATOM_BYTES_MAX`. */
export const ATOM_READS_WAITING_MAX = 32;

export type AtomReader = {
  /** The bytes must stay as they are until the answer. Rejects with a `GridError`: `atom_…`, `overloaded`, `draining`, `internal`. */
  read(bytes: Uint8Array): Promise<AtomReading>;
  /** Refuses what waits, ends the thread and is done when it has ended. */
  close(): Promise<void>;
};

/**
 * `timeoutMs` is for one read. `heapMb` is for the thread: of the sources of 1 MiB that were tried half fit into 64 MB, all but
 * `[a=1,a=1,…]=0` and `({a,a,…})` into 128, and those into 256.
 */
export function atomReader({ timeoutMs = 2_000, heapMb = 256 }: Partial<Bounds> = {}): AtomReader {
  return new ThreadedReader({ timeoutMs, heapMb });
}

type Bounds = { readonly timeoutMs: number; readonly heapMb: number };
type Question = { bytes: Uint8Array; resolve(reading: AtomReading): void; reject(error: GridError): void };

/**
 * ```
 * none ──read──► starting ──"up"──► idle ◄──answer── reading
 *   ▲               │                └──next question──►│
 *   └───────── died ┴────────────────────── died, ended ┘      whoever's question it was gets the error
 * ```
 * The clock of a read starts when the thread is up, so that a slow start is not charged to an atom.
 */
class ThreadedReader implements AtomReader {
  readonly #bounds: Bounds;
  readonly #waiting: Question[] = [];
  #reading: Question | null = null;
  #thread: { worker: Worker; up: boolean } | null = null;
  #clock: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  async read(bytes: Uint8Array): Promise<AtomReading> {
    const actual = bytes.byteLength;
    const size = { limit: "ATOM_BYTES_MAX", max: ATOM_BYTES_MAX, actual };
    if (actual > ATOM_BYTES_MAX) throw overLimit("atom_too_large", `The atom has ${actual} bytes`, size);
    if (this.#closed) throw closing();
    if (this.#waiting.length >= ATOM_READS_WAITING_MAX) {
      throw new GridError("overloaded", "Too many atoms wait to be read; try again shortly.");
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      this.#proceed();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const question of this.#waiting.splice(0)) question.reject(closing());
    await this.#end(closing());
  }

  /** Takes the next question when there is none being read, and asks it when the thread is up. Called on every change. */
  #proceed(): void {
    if (this.#reading !== null) return;
    const question = this.#waiting.shift();
    if (question === undefined) return;
    this.#reading = question;
    this.#thread ??= { worker: this.#start(), up: false };
    if (this.#thread.up) this.#ask(this.#thread.worker, question.bytes);
  }

  #ask(worker: Worker, bytes: Uint8Array): void {
    const { timeoutMs } = this.#bounds;
    const late = new GridError(
      "atom_too_complex",
      `The atom takes longer than ${timeoutMs} ms to read: make it smaller, or minify it.`,
    );
    this.#clock = setTimeout(() => this.#end(late), timeoutMs);
    const copy = new Uint8Array(bytes); // a view of a pooled buffer would take the whole pool along
    worker.postMessage(copy, [copy.buffer]);
  }

  #start(): Worker {
    const worker = new Worker(new URL("./atom-thread.js", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: this.#bounds.heapMb },
    });
    const isCurrent = () => this.#thread?.worker === worker; // what one that was ended still says is no answer
    worker.on("message", (message: FromThread) => isCurrent() && this.#receive(worker, message));
    worker.on("error", (error) => isCurrent() && this.#end(lost(error)));
    worker.on("exit", () => isCurrent() && this.#end(lost(new Error("the thread has exited"))));
    return worker;
  }

  #receive(worker: Worker, message: FromThread): void {
    if (message.type === "up") {
      this.#thread = { worker, up: true };
      if (this.#reading !== null) this.#ask(worker, this.#reading.bytes);
      return;
    }
    const question = this.#release();
    if (message.type === "read") question?.resolve(message.reading);
    else question?.reject(new GridError(message.code, message.message, { details: message.details }));
    this.#proceed();
  }

  /** Ends the thread, fails what it was reading, and goes on with the next question in a fresh one. */
  async #end(error: GridError): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    this.#release()?.reject(error);
    this.#proceed();
    await thread?.worker.terminate();
  }

  #release(): Question | null {
    clearTimeout(this.#clock);
    const question = this.#reading;
    this.#reading = null;
    return question;
  }
}

function closing(): GridError {
  return new GridError("draining", "The coordinator is shutting down.");
}

function lost(cause: Error & { code?: string }): GridError {
  if (cause.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new GridError(
      "atom_too_complex",
      "The atom takes too much memory to read: make it smaller, or send large tables as params.",
      { cause },
    );
  }
  return new GridError("internal", "The atom could not be read.", { cause });
}
