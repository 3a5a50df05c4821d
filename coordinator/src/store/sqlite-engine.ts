/**
 * The store as a synchronous class over one open database: commits in groups, reads, and the sweep of deleted jobs.
 * It knows nothing of threads and messages (sqlite-thread.ts), nor of how a file is opened (sqlite-open.ts).
 */
import { toStoreError } from "./sqlite-errors.js";
import { type ForgetQuery, forgetEvents } from "./sqlite-events.js";
import type { Database, SqlValue } from "./sqlite-library.js";
import { type Packet, readPacket, type Slice } from "./sqlite-packet.js";
import { type ReadCall, SqliteReads } from "./sqlite-reads.js";
import { Statements } from "./sqlite-statements.js";
import { Sweep } from "./sqlite-sweep.js";
import { MUST_CHANGE, WRITE_SQL, type WriteName } from "./sqlite-writes.js";
import { StoreError } from "./store.js";

/** One call of `commit`, where it lies in its packet. */
export type Commit = { readonly id: number; readonly packet: Packet; readonly slice: Slice };

/** A call that was not applied, and why. */
export type Refusal = { readonly id: number; readonly error: StoreError };

/** Uploads whose end the last start did not see. */
const FORGET_UNFINISHED = [
  "INSERT INTO doomed_uploads (upload) SELECT key FROM uploads WHERE items IS NULL",
  "DELETE FROM uploads WHERE items IS NULL",
];

export class SqliteEngine {
  /** Held here for as long as the engine lives: a collected database lets go of its lock. */
  readonly #db: Database;
  readonly #file: string;
  readonly #statements: Statements;
  readonly #reads: SqliteReads;
  readonly #sweep: Sweep;

  constructor(db: Database, file: string) {
    this.#db = db;
    this.#file = file;
    this.#statements = new Statements(db);
    this.#reads = new SqliteReads(this.#statements);
    this.#sweep = new Sweep(db, this.#statements);
  }

  /**
   * Makes the calls durable in one transaction. If that fails they are repeated one by one, so that only the guilty are
   * refused; a full disk refuses them all.
   */
  commit(calls: readonly Commit[]): Refusal[] {
    try {
      this.#statements.transaction(() => {
        for (const { packet, slice } of calls) readPacket(packet, slice, this.#run);
      });
      return [];
    } catch (cause) {
      const error = toStoreError(cause, this.#file);
      if (calls.length === 1 || error.code === "full") return calls.map(({ id }) => ({ id, error }));
      return calls.flatMap((call) => this.commit([call]));
    }
  }

  /** Throws a `StoreError`. */
  boot(): number {
    return this.#translated(() => {
      const sql = `INSERT INTO counters (name, value) VALUES ('boots', 1)
        ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`;
      return this.#statements.transaction(() => {
        for (const forget of FORGET_UNFINISHED) this.#statements.get(forget).run();
        return (this.#statements.get(sql).all()[0] as { value: number }).value;
      });
    });
  }

  /** As the port says, in one transaction. Throws a `StoreError`. */
  forgetEvents(query: ForgetQuery): boolean {
    return this.#translated(() => this.#statements.transaction(() => forgetEvents(this.#statements, query)));
  }

  /** Throws a `StoreError`. */
  read(call: ReadCall): unknown {
    return this.#translated(() => this.#reads.run(call));
  }

  /** Clears away some of what was deleted, for a few milliseconds. False when nothing is left to do. */
  sweep(): boolean {
    return this.#translated(() => this.#sweep.slice());
  }

  /** Copies the log into the file, as a commit would once it is long. */
  copyLog(): void {
    this.#db.exec("PRAGMA wal_checkpoint");
  }

  close(): void {
    this.#db.close();
  }

  readonly #run = (name: string, parameters: SqlValue[]): void => {
    const { changes } = this.#statements.get(WRITE_SQL[name as WriteName]).run(...parameters);
    if (changes === 0 && MUST_CHANGE.includes(name))
      throw new StoreError("failed", `There is nothing to change at ${parameters[0]} (${name}).`);
  };

  #translated<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.#file);
    }
  }
}
