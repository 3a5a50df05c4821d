/**
 * Clears away the rows of deleted jobs and uploads, a few milliseconds at a time, and gives the room back to the disk. A job may
 * keep 10 GiB of results, every page of which is read to be freed, and nobody's commit may wait for that.
 */
import type { Database } from "./sqlite-library.js";
import type { Statements } from "./sqlite-statements.js";

const SLICE_MS = 5;
const ROWS_AT_ONCE = 16;

/** What is doomed: the table that lists it, the column that rows belong to it by, and their tables. */
type Kind = { readonly list: string; readonly owner: string; readonly tables: readonly string[] };
const KINDS: readonly Kind[] = [
  {
    list: "doomed",
    owner: "job",
    tables: ["reports", "results", "blocks", "failures", "electrons", "events", "ended", "specs"],
  },
  { list: "doomed_uploads", owner: "upload", tables: ["pages"] },
];

/** Free pages that stay in the file for what comes next: 10 MiB. */
const FREE_PAGES_KEPT = 2_560;
const PAGES_AT_ONCE = 256;

export class Sweep {
  readonly #db: Database;
  readonly #statements: Statements;
  #shrunk = false;

  constructor(db: Database, statements: Statements) {
    this.#db = db;
    this.#statements = statements;
  }

  /** Works for about `SLICE_MS` in one transaction. False when nothing is left to do. */
  slice(): boolean {
    return KINDS.some((kind) => this.#clearSome(kind)) || this.#shrink();
  }

  /** False when nothing of that kind is doomed. */
  #clearSome(kind: Kind): boolean {
    const { list, owner } = kind;
    const doomed = this.#statements.get(`SELECT ${owner} AS key FROM ${list} LIMIT 1`).get();
    if (doomed === undefined) return false;
    const { key } = doomed as { key: number };
    const until = performance.now() + SLICE_MS;
    this.#statements.transaction(() => {
      while (this.#clear(kind, key)) if (performance.now() >= until) return;
      this.#statements.get(`DELETE FROM ${list} WHERE ${owner} = ?`).run(key);
    });
    return true;
  }

  /** Deletes a handful of the rows that belong to it; false when it has none left. */
  #clear({ owner, tables }: Kind, key: number): boolean {
    return tables.some((table) => {
      const some = `SELECT rowid FROM ${table} WHERE ${owner} = ? LIMIT ${ROWS_AT_ONCE}`;
      return this.#statements.get(`DELETE FROM ${table} WHERE rowid IN (${some})`).run(key).changes !== 0;
    });
  }

  /** The file itself becomes shorter only when the log is copied into it. */
  #shrink(): boolean {
    const { freelist_count: free } = this.#statements.get("PRAGMA freelist_count").get() as { freelist_count: number };
    if (free > FREE_PAGES_KEPT) {
      this.#db.exec(`PRAGMA incremental_vacuum(${PAGES_AT_ONCE})`); // Prepared, it would free one page a step.
      this.#shrunk = true;
      return true;
    }
    if (this.#shrunk) this.#db.exec("PRAGMA wal_checkpoint");
    this.#shrunk = false;
    return false;
  }
}
