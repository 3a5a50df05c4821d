/**
 * The store that is embedded: one SQLite file in the data folder, in a thread of its own.
 * This side only packs calls, numbers them, and settles them when the thread answers.
 */
import { once } from "node:events";
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { AtomRow, EventRow, KeyRow, Write } from "../core/writes.js";
import type { Answer, Batch, Call } from "./sqlite-messages.js";
import type { OpenOptions } from "./sqlite-open.js";
import { PacketWriter } from "./sqlite-packet.js";
import type { Packed, PackedJob, ReadCall, Reads } from "./sqlite-reads.js";
import { type PackedRows, unpackRows } from "./sqlite-rows.js";
import { putWrite } from "./sqlite-writes.js";
import {
  type DeadLetter,
  type JobEntry,
  type JobsQuery,
  type ResultRow,
  type SavedJob,
  type Store,
  StoreError,
  type UploadEntry,
  type UploadIndex,
  type UploadsQuery,
} from "./store.js";

export type SqliteOptions = {
  /** Made with mode 700 when absent; holds `valence.db`, mode 600. */
  readonly dir: string;
  /** Most pages of 4 KiB the file may have. For tests: a disk that fills. */
  readonly pagesMax?: number | undefined;
};

/**
 * Opens the store of a data folder. Rejects with a `StoreError`: `locked` when another coordinator holds the folder (after
 * waiting 2 s for a dying one), `newer_schema`, `corrupt`, `failed`.
 */
export async function sqliteStore({ dir, pagesMax }: SqliteOptions): Promise<Store> {
  const options: OpenOptions = { file: resolve(join(dir, "valence.db")), pagesMax };
  // Flags of the program (`--input-type`, `--import`) are not for its threads.
  const thread = new Worker(new URL("./sqlite-thread.js", import.meta.url), { workerData: options, execArgv: [] });
  const first = await firstAnswer(thread);
  if (first.type !== "unopened") return new SqliteStore(thread);
  await thread.terminate();
  throw new StoreError(first.refused.code, first.refused.message);
}

function firstAnswer(thread: Worker): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(new StoreError("failed", "The store's thread did not start.", { cause }));
    thread.once("message", resolve);
    thread.once("error", fail);
    thread.once("exit", fail);
  });
}

type Waiting = { readonly resolve: (value: never) => void; readonly reject: (error: StoreError) => void };

/** The port over a thread that has said `opened`. */
export class SqliteStore implements Store {
  readonly #thread: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #packet = new PacketWriter();
  /** Calls of this turn of the loop; they leave together in a microtask. */
  #calls: Call[] = [];
  #lastId = 0;
  /** Why no call is taken any more; null while the store is open. */
  #ended: StoreError | null = null;
  #closed: Promise<void> | undefined;

  constructor(thread: Worker) {
    this.#thread = thread;
    thread.on("message", (answer: Answer) => this.#settle(answer));
    thread.on("error", (cause) => this.#die("The store's thread has died.", cause));
    thread.on("messageerror", (cause) => this.#die("The store's thread sent what cannot be read.", cause));
    thread.on("exit", (code) => this.#die(`The store's thread has ended (${code}).`));
  }

  async commit(writes: readonly Write[]): Promise<void> {
    if (this.#ended) throw this.#ended;
    const slice = this.#packet.begin();
    try {
      for (const write of writes) {
        putWrite(write, (statement, ...parameters) => {
          this.#packet.put(statement, parameters);
          slice.statements++;
        });
      }
    } catch (cause) {
      this.#packet.drop(slice);
      throw new StoreError("failed", cause instanceof Error ? cause.message : String(cause), { cause });
    }
    return this.#call((id) => ({ id, type: "commit", slice }));
  }

  boot(): Promise<number> {
    return this.#call((id) => ({ id, type: "boot" }));
  }

  async unfinished(): Promise<SavedJob[]> {
    return (await this.#read("unfinished")).map(unpackJob);
  }

  async saved(job: string): Promise<SavedJob | null> {
    const saved = await this.#read("saved", job);
    return saved === null ? null : unpackJob(saved);
  }

  job(job: string): Promise<JobEntry | null> {
    return this.#read("job", job);
  }

  list(job: string): Promise<Uint8Array | null> {
    return this.#read("list", job);
  }

  jobs(query: JobsQuery): Promise<JobEntry[]> {
    return this.#read("jobs", query);
  }

  endedJobs(query: Parameters<Store["endedJobs"]>[0]): Promise<string[]> {
    return this.#read("endedJobs", query);
  }

  atom(id: string): Promise<AtomRow | null> {
    return this.#read("atom", id);
  }

  newestAtom(name: string): Promise<AtomRow | null> {
    return this.#read("newestAtom", name);
  }

  ownerOfName(name: string): Promise<string | null> {
    return this.#read("ownerOfName", name);
  }

  unusedAtoms(query: Parameters<Store["unusedAtoms"]>[0]): Promise<string[]> {
    return this.#read("unusedAtoms", query);
  }

  atoms(query: Parameters<Store["atoms"]>[0]): ReturnType<Store["atoms"]> {
    return this.#read("atoms", query);
  }

  async resultsByElectron(job: string, query: Parameters<Store["resultsByElectron"]>[1]): Promise<ResultRow[]> {
    return unpackResults(await this.#read("resultsByElectron", job, query));
  }

  async resultsByCommit(job: string, query: Parameters<Store["resultsByCommit"]>[1]): Promise<ResultRow[]> {
    return unpackResults(await this.#read("resultsByCommit", job, query));
  }

  deadLetters(job: string, query: Parameters<Store["deadLetters"]>[1]): Promise<DeadLetter[]> {
    return this.#read("deadLetters", job, query);
  }

  events(job: string, query: Parameters<Store["events"]>[1]): Promise<EventRow[]> {
    return this.#read("events", job, query);
  }

  forgetEvents(query: Parameters<Store["forgetEvents"]>[0]): Promise<boolean> {
    return this.#call((id) => ({ id, type: "forgetEvents", query }));
  }

  identity(key: string): ReturnType<Store["identity"]> {
    return this.#read("identity", key);
  }

  upload(id: string): Promise<UploadEntry | null> {
    return this.#read("upload", id);
  }

  uploads(query: UploadsQuery): Promise<UploadEntry[]> {
    return this.#read("uploads", query);
  }

  uploadIndex(id: string): Promise<UploadIndex | null> {
    return this.#read("uploadIndex", id);
  }

  uploadElements(id: string, span: Parameters<Store["uploadElements"]>[1]): Promise<Uint8Array> {
    return this.#read("uploadElements", id, span);
  }

  unusedUploads(query: Parameters<Store["unusedUploads"]>[0]): Promise<string[]> {
    return this.#read("unusedUploads", query);
  }

  key(owner: string, key: string): Promise<KeyRow | null> {
    return this.#read("key", owner, key);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    if (this.#ended) return;
    const exited = once(this.#thread, "exit");
    const closed = this.#call<void>((id) => ({ id, type: "close" }));
    this.#ended = new StoreError("closed", "The store is closed.");
    await closed;
    await exited;
  }

  #read<Name extends keyof Reads>(
    name: Name,
    ...parameters: Parameters<Reads[Name]>
  ): Promise<Packed<Awaited<ReturnType<Reads[Name]>>>> {
    return this.#call((id) => ({ id, type: "read", read: { name, parameters } as ReadCall }));
  }

  #call<T>(make: (id: number) => Call): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#lastId;
    if (this.#calls.length === 0) queueMicrotask(() => this.#send());
    this.#calls.push(make(id));
    return new Promise<T>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #send(): void {
    const { packet, buffer } = this.#packet.handOver();
    const batch: Batch = { packet, calls: this.#calls };
    this.#calls = [];
    this.#thread.postMessage(batch, buffer === null ? [] : [buffer]);
  }

  #settle(answer: Answer): void {
    if (answer.type === "committed") for (const id of answer.ids) this.#take(id)?.resolve(undefined as never);
    else if (answer.type === "spare") this.#packet.takeBack(answer.buffer);
    else if (answer.type === "value") this.#take(answer.id)?.resolve(answer.value as never);
    else if (answer.type === "refused") {
      const { code, message } = answer.refused;
      this.#take(answer.id)?.reject(new StoreError(code, message));
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /** For later calls the first reason holds. After a close nothing is waiting any more, and this changes nothing. */
  #die(message: string, cause?: unknown): void {
    const error = new StoreError("failed", message, { cause });
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function unpackJob({ rows, ...saved }: PackedJob): SavedJob {
  const job = saved.record.id;
  return {
    ...saved,
    rows: unpackRows(rows, ({ number, bytes, ...row }) => ({ job, block: number, ...row, aggregate: bytes })),
  };
}

function unpackResults(rows: PackedRows): ResultRow[] {
  const none = new Uint8Array(); // Never: the column is NOT NULL.
  return unpackRows(rows, ({ number, bytes, ...row }) => ({ row: number, ...row, results: bytes ?? none }));
}
