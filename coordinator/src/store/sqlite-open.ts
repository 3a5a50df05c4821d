/** Opens the one file of a data folder: its rights, its lock, its settings, its schema. Runs in the store's thread. */
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { toStoreError } from "./sqlite-errors.js";
import type { Database, DatabaseClass } from "./sqlite-library.js";
import { migrate } from "./sqlite-schema.js";

export type OpenOptions = {
  readonly file: string;
  /** Most pages the file may have: how tests fill a disk. */
  readonly pagesMax?: number | undefined;
};

/** How long a killed coordinator's lock may outlive it before we say that another one runs. */
const LOCK_WAIT_MS = 2_000;
const LOCK_PAUSE_MS = 50;

/**
 * Order matters: the lock mode before anything reads, so that the index of the log lives in our memory and a second
 * process is refused; the vacuum mode before the first table; both before the log.
 * The log is copied into the file at 16 MiB where there was no rest for it before (sqlite-thread.ts), and cut back to 32 MiB if one great
 * commit made it longer.
 */
const SETTINGS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA journal_size_limit = 33554432;
  PRAGMA cache_size = -8192;
  PRAGMA temp_store = MEMORY;
  BEGIN IMMEDIATE; COMMIT;
`;

/** Blocks its thread for up to 2 s while the lock is taken. Throws a `StoreError`. */
export function openDatabase(Database: DatabaseClass, options: OpenOptions): Database {
  const giveUpAt = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      return openOnce(Database, options);
    } catch (cause) {
      const error = toStoreError(cause, options.file);
      if (error.code !== "locked" || performance.now() >= giveUpAt) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_PAUSE_MS);
    }
  }
}

function openOnce(Database: DatabaseClass, { file, pagesMax }: OpenOptions): Database {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, "a", 0o600)); // SQLite gives its log the rights of the file.
  const db = new Database(file);
  try {
    db.exec(SETTINGS);
    migrate(db, file);
    if (pagesMax !== undefined) db.exec(`PRAGMA max_page_count = ${pagesMax}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
