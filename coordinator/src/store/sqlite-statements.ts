/** Statements of one database, prepared at their first use and kept. */
import type { Database, Statement } from "./sqlite-library.js";

export class Statements {
  readonly #db: Database;
  readonly #prepared = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** `sql` comes from a closed set of texts: nothing is ever evicted. */
  get(sql: string): Statement {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  /** Runs `work` in one transaction; whatever it throws undoes all of it. */
  transaction<T>(work: () => T): T {
    this.get("BEGIN IMMEDIATE").run();
    try {
      const result = work();
      this.get("COMMIT").run();
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  #rollBack(): void {
    try {
      this.get("ROLLBACK").run();
    } catch {
      // After some errors (a full disk is one) SQLite has rolled back by itself and says that there is nothing to undo.
    }
  }
}
