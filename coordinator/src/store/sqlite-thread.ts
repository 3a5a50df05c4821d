/**
 * The store's thread: takes calls in order, and writes all commits that have come meanwhile as one transaction.
 * The database lives here, so that the coordinator's own loop never waits for the disk.
 */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type Commit, SqliteEngine } from "./sqlite-engine.js";
import { toStoreError } from "./sqlite-errors.js";
import { loadSqlite } from "./sqlite-library.js";
import type { Answer, Batch, Call } from "./sqlite-messages.js";
import { type OpenOptions, openDatabase } from "./sqlite-open.js";
import type { Packet } from "./sqlite-packet.js";
import type { PackedRows } from "./sqlite-rows.js";
import type { StoreError } from "./store.js";

/** Statements after which a group takes no further calls: some 60 ms of work, so that the first are not kept waiting. */
const GROUP_STATEMENTS_MAX = 10_000;
/** The sweep works 5 ms of every 30. After an error it waits longer: a full disk needs room before it can give some back. */
const SWEEP_PAUSE_MS = 25;
const SWEEP_PAUSE_AFTER_ERROR_MS = 1_000;

/**
 * After so many transactions the log is copied into the file as soon as nobody has asked for anything for that long. Otherwise a commit does it
 * once the log is 16 MiB, and takes 5 ms or more for it.
 */
const COPY_TRANSACTIONS = 128;
const REST_MS = 5;

class StoreThread {
  readonly #port: MessagePort;
  readonly #engine: SqliteEngine;
  readonly #file: string;
  #group: Commit[] = [];
  #groupStatements = 0;
  #closed = false;
  #sweepTimer: NodeJS.Timeout | undefined;
  /** Transactions since the log was copied, and when to look whether there is rest. */
  #uncopied = 0;
  #restTimer: NodeJS.Timeout | undefined;

  constructor(port: MessagePort, engine: SqliteEngine, file: string) {
    this.#port = port;
    this.#engine = engine;
    this.#file = file;
    port.on("message", (batch: Batch) => this.#serve(batch));
    this.#sweepLater(SWEEP_PAUSE_MS);
  }

  /** Serves a batch and those that have arrived behind it. When it returns every commit of theirs is answered. */
  #serve(first: Batch): void {
    let batch: Batch | undefined = first;
    const buffers: ArrayBuffer[] = [];
    while (batch !== undefined) {
      if (batch.packet.bytes.length > 0) buffers.push(batch.packet.bytes.buffer);
      for (const call of batch.calls) this.#take(call, batch.packet);
      if (this.#groupStatements >= GROUP_STATEMENTS_MAX) this.#flush();
      batch = receiveMessageOnPort(this.#port)?.message as Batch | undefined;
    }
    this.#flush();
    for (const buffer of buffers) this.#post({ type: "spare", buffer }, [buffer]);
    if (this.#closed) return;
    if (this.#sweepTimer === undefined) this.#sweepLater(SWEEP_PAUSE_MS); // Something may be deleted now.
    if (this.#uncopied >= COPY_TRANSACTIONS) this.#copyAtRest();
  }

  #copyAtRest(): void {
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => {
      this.#uncopied = 0;
      try {
        this.#engine.copyLog();
      } catch {
        // A later commit copies it, or is refused and says why.
      }
    }, REST_MS);
  }

  #take(call: Call, packet: Packet): void {
    if (call.type === "commit") {
      this.#group.push({ id: call.id, packet, slice: call.slice });
      this.#groupStatements += call.slice.statements;
      return;
    }
    // A volunteer waits for them, and they never change once they are there: they need not wait for the disk.
    const isEarly = call.type === "read" && call.read.name === "uploadElements";
    if (isEarly && this.#answer(call) === null) return;
    this.#flush(); // Whatever comes now sees every commit made before it.
    const error = this.#answer(call);
    if (error !== null) this.#refuse(call.id, error);
  }

  /** Null once it has been given, else why there is none. */
  #answer(call: Exclude<Call, { readonly type: "commit" }>): StoreError | null {
    try {
      const value = this.#valueOf(call);
      this.#post({ type: "value", id: call.id, value }, buffersOf(value));
      return null;
    } catch (error) {
      return toStoreError(error, this.#file);
    }
  }

  #valueOf(call: Exclude<Call, { readonly type: "commit" }>): unknown {
    if (call.type === "read") return this.#engine.read(call.read);
    if (call.type === "boot") return this.#engine.boot();
    if (call.type === "forgetEvents") return this.#engine.forgetEvents(call.query);
    return this.#close();
  }

  /** Without port and timer nothing keeps the thread, and it ends; what it has posted still arrives. */
  #close(): void {
    this.#closed = true;
    clearTimeout(this.#sweepTimer);
    clearTimeout(this.#restTimer);
    this.#port.unref();
    this.#engine.close();
  }

  #flush(): void {
    if (this.#group.length === 0) return;
    const group = this.#group;
    this.#group = [];
    this.#groupStatements = 0;
    const refusals = this.#engine.commit(group);
    this.#uncopied += 1;
    const refused = new Set(refusals.map(({ id }) => id));
    this.#post({ type: "committed", ids: group.map(({ id }) => id).filter((id) => !refused.has(id)) });
    for (const { id, error } of refusals) this.#refuse(id, error);
  }

  #sweepLater(pauseMs: number): void {
    this.#sweepTimer = setTimeout(() => {
      this.#sweepTimer = undefined;
      try {
        if (this.#engine.sweep()) this.#sweepLater(SWEEP_PAUSE_MS);
      } catch {
        this.#sweepLater(SWEEP_PAUSE_AFTER_ERROR_MS); // Nothing was lost: what is doomed stays out of reach.
      }
    }, pauseMs);
  }

  #refuse(id: number, { code, message }: StoreError): void {
    this.#post({ type: "refused", id, refused: { code, message } });
  }

  #post(answer: Answer, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(answer, transfer);
  }
}

/** Bytes that are all of their buffer are handed over, not copied: by themselves, or as the rows of a page. */
function buffersOf(value: unknown): ArrayBuffer[] {
  const bytes = isPacked(value) ? value.packet.bytes : value;
  const whole = bytes instanceof Uint8Array && bytes.length > 0 && bytes.length === bytes.buffer.byteLength;
  return whole ? [bytes.buffer as ArrayBuffer] : [];
}

function isPacked(value: unknown): value is PackedRows {
  return typeof value === "object" && value !== null && "packet" in value;
}

if (parentPort === null) throw new Error("sqlite-thread.js is the entry of a thread, not a program");
const options = workerData as OpenOptions;
try {
  const db = openDatabase(await loadSqlite(), options);
  new StoreThread(parentPort, new SqliteEngine(db, options.file), options.file);
  parentPort.postMessage({ type: "opened" } satisfies Answer);
} catch (error) {
  const { code, message } = toStoreError(error, options.file);
  parentPort.postMessage({ type: "unopened", refused: { code, message } } satisfies Answer);
}
