/**
 * Clears away the rows of deleted jobs, a few milliseconds at a time, and gives the room back to the disk. A job may keep
 * 10 GiB of results, every page of which is read to be freed, and nobody's commit may wait for that.
 */
import type { Database } from "./sqlite-library.js";
import type { Statements } from "./sqlite-statements.js";

const SLICE_MS = 5;
const ROWS_AT_ONCE = 16;
const TABLES = ["reports", "results", "blocks", "failures", "electrons", "events", "ended", "specs"] as const;

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
    const doomed = this.#statements.get("SELECT job FROM doomed LIMIT 1").get() as { job: number } | undefined;
    if (doomed === undefined) return this.#shrink();
    const until = performance.now() + SLICE_MS;
    this.#statements.transaction(() => {
      while (this.#clear(doomed.job)) if (performance.now() >= until) return;
      this.#statements.get("DELETE FROM doomed WHERE job = ?").run(doomed.job);
    });
    return true;
  }

  /** Deletes a handful of the job's rows; false when it has none left. */
  #clear(job: number): boolean {
    return TABLES.some((table) => {
      const sql = `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE job = ? LIMIT ${ROWS_AT_ONCE})`;
      return this.#statements.get(sql).run(job).changes !== 0;
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
