/**
 * Reads uploads in a thread of its own: this side asks, and hands each answer to whoever waits for it. The thread starts with the
 * first question and is kept; if it dies, all that it was reading is lost and the next question starts another one.
 */
import { Worker } from "node:worker_threads";
import { GridError } from "@valence/shared/errors";
import type { UploadPage } from "../core/writes.js";
import { UPLOAD_LIMITS, type UploadLimits, type UploadSize } from "./page-maker.js";
import type { Added, Answer, Check, Misfit, Question } from "./upload-thread.js";

/** The lines of one upload. Every method rejects with a `GridError`, as `PageMaker` throws them, or `internal`. */
export interface LineReading {
  /** Takes the next bytes when those before are answered, and gives the pages that they have filled. */
  add(chunk: Uint8Array): Promise<UploadPage[]>;
  /** No more comes. */
  end(): Promise<UploadSize & { readonly pages: UploadPage[] }>;
  /** Forgets what was read; to be called in any case. */
  drop(): void;
}

export interface UploadReader {
  lines(): LineReading;
  /** Null when all elements fit. Takes their buffer, which must hold nothing else. Rejects with a `GridError` `internal` or `draining`. */
  check(check: Check): Promise<Misfit | null>;
  /** Refuses what waits, and ends the thread. */
  close(): Promise<void>;
}

export function uploadReader(limits: UploadLimits = UPLOAD_LIMITS): UploadReader {
  return new ThreadedReader(limits);
}

/** It needs a few of these; V8 lets half of the old ones gather in buffers that nobody holds, before it looks for them. */
const HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 6 };

/** What a socket gives at a time. */
const CHUNK_BYTES = 64 * 1024;

type Waiting = { resolve(value: never): void; reject(error: GridError): void };

class ThreadedReader implements UploadReader {
  readonly #limits: UploadLimits;
  #thread: Thread | null = null;
  #lastUpload = 0;
  #closed = false;

  constructor(limits: UploadLimits) {
    this.#limits = limits;
  }

  lines(): LineReading {
    const thread = this.#open();
    const upload = ++this.#lastUpload;
    const begun = thread.ask<void>({ type: "begin", upload, limits: this.#limits });
    begun.catch(() => {}); // what is asked next is told
    let spare = new ArrayBuffer(CHUNK_BYTES);
    return {
      async add(bytes) {
        const buffer = spare.byteLength >= bytes.length ? spare : new ArrayBuffer(bytes.length);
        const chunk = new Uint8Array(buffer, 0, bytes.length);
        chunk.set(bytes); // a view of a pooled buffer would take the whole pool along
        const added = await thread.ask<Added>({ type: "add", upload, chunk }, [buffer]);
        spare = added.buffer;
        return added.pages;
      },
      end: () => thread.ask({ type: "end", upload }),
      drop: () => void thread.ask({ type: "drop", upload }).catch(() => {}),
    };
  }

  async check(check: Check): Promise<Misfit | null> {
    return this.#open().ask({ type: "check", ...check }, [check.elements.buffer as ArrayBuffer]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.end(closing());
  }

  #open(): Thread {
    if (this.#closed) throw closing();
    if (this.#thread === null || this.#thread.dead) this.#thread = new Thread();
    return this.#thread;
  }
}

class Thread {
  readonly #worker = new Worker(new URL("./upload-thread.js", import.meta.url), {
    execArgv: [],
    resourceLimits: HEAP,
  });
  /** In the order of their questions, which is that of the answers. */
  readonly #waiting: Waiting[] = [];
  #end: GridError | null = null;

  constructor() {
    this.#worker.on("message", (answer: Answer) => this.#receive(answer));
    this.#worker.on("error", (cause) => this.#die(lost(cause)));
    this.#worker.on("exit", () => this.#die(lost(new Error("the thread has exited"))));
  }

  get dead(): boolean {
    return this.#end !== null;
  }

  ask<T>(question: Question, transfer: readonly ArrayBuffer[] = []): Promise<T> {
    if (this.#end) return Promise.reject(this.#end);
    this.#worker.postMessage(question, [...transfer]);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async end(error: GridError): Promise<void> {
    this.#die(error);
    await this.#worker.terminate();
  }

  #receive(answer: Answer): void {
    const waiting = this.#waiting.shift();
    if (answer.type === "value")
      waiting?.resolve(answer.value as never); // of the type that its question has
    else waiting?.reject(new GridError(answer.code, answer.message, { details: answer.details }));
  }

  /** For later questions the first reason holds. */
  #die(error: GridError): void {
    this.#end ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#end);
  }
}

function closing(): GridError {
  return new GridError("draining", "The coordinator is shutting down.");
}

function lost(cause: Error): GridError {
  return new GridError("internal", "The upload could not be read.", { cause });
}
