/**
 * Finds the SQLite that this Node can run: `node:sqlite` (22.13 and later), else the package @photostructure/sqlite,
 * which offers the same classes with binaries inside npm. Knows nothing of our tables.
 */
import { isBuiltin } from "node:module";

export type SqlValue = string | number | null | Uint8Array;

/** What we use of `StatementSync`. Rows are objects keyed by column; integers come back as numbers. */
export interface Statement {
  run(...parameters: SqlValue[]): { readonly changes: number | bigint };
  get(...parameters: SqlValue[]): unknown;
  all(...parameters: SqlValue[]): unknown[];
  iterate(...parameters: SqlValue[]): Iterable<unknown>;
}

/** What we use of `DatabaseSync`. Whoever opens one keeps it in a field: a collected one lets go of its lock. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

export type DatabaseClass = new (file: string) => Database;

/** Throws an `Error` with a sentence when this Node has neither. */
export async function loadSqlite(): Promise<DatabaseClass> {
  const builtin: string = "node:sqlite"; // A variable, because the types of Node 20 do not know the name.
  if (isBuiltin(builtin)) return quietly(async () => classOf(await import(builtin)));
  try {
    return classOf(await import("@photostructure/sqlite"));
  } catch (cause) {
    throw new Error("SQLite needs Node 22.13 or later, or the optional package @photostructure/sqlite.", { cause });
  }
}

function classOf(module: { readonly DatabaseSync: unknown }): DatabaseClass {
  return module.DatabaseSync as DatabaseClass;
}

/** Runs `load` without the warning that `node:sqlite` is experimental. Every other warning is shown. */
async function quietly<T>(load: () => Promise<T>): Promise<T> {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).startsWith("SQLite is an experimental feature"))
      Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return await load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
