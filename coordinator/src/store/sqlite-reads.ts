/**
 * The reads of the port, synchronous. Tables are STRICT, so a column holds what its cast says.
 * Every statement ends before its method returns: an open one would keep the log from being copied into the file.
 */
import type { AtomRow, EventRow, FailureRow, GrantRow, JobRecord, KeyRow, UploadPage } from "../core/writes.js";
import {
  type ElectronColumns,
  ENTRY_COLUMNS,
  type EntryColumns,
  electronOf,
  entryOf,
  type SpanColumns,
  spanned,
} from "./sqlite-columns.js";
import type { SqlValue } from "./sqlite-library.js";
import { type PackedRows, packRows, type RowColumns } from "./sqlite-rows.js";
import type { Statements } from "./sqlite-statements.js";
import { nameOfAtom } from "./sqlite-writes.js";
import {
  type DeadLetter,
  type JobEntry,
  type JobsQuery,
  PAGE_BYTES,
  type ResultRow,
  type SavedJob,
  type Store,
  type UploadEntry,
  type UploadIndex,
  type UploadsQuery,
} from "./store.js";
import { cutElements } from "./upload-pages.js";

/** The reads of the port. */
export type Reads = Omit<Store, "commit" | "boot" | "forgetEvents" | "close">;

/** One call of a read, as a message. */
export type ReadCall = {
  [Name in keyof Reads]: { readonly name: Name; readonly parameters: Parameters<Reads[Name]> };
}[keyof Reads];

/** A saved job on its way. */
export type PackedJob = Omit<SavedJob, "rows"> & { readonly rows: PackedRows };

/** What each read gives the main thread, which unpacks the rows (sqlite.ts). */
export type Packed<Result> = Result extends readonly ResultRow[]
  ? PackedRows
  : Result extends readonly SavedJob[]
    ? PackedJob[]
    : Result extends SavedJob
      ? PackedJob
      : Result;

type PackedReads = {
  [Name in keyof Reads]: (...parameters: Parameters<Reads[Name]>) => Packed<Awaited<ReturnType<Reads[Name]>>>;
};

export class SqliteReads implements PackedReads {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  run({ name, parameters }: ReadCall): unknown {
    const read = this[name] as (this: SqliteReads, ...parameters: readonly unknown[]) => unknown;
    return read.apply(this, parameters);
  }

  unfinished(): PackedJob[] {
    const sql = `${JOBS} WHERE state IN ('queued', 'running', 'paused') ORDER BY created_at, id`;
    return this.#all<EntryColumns>(sql).map((row) => this.#saved(row));
  }

  saved(job: string): PackedJob | null {
    const row = this.#one<EntryColumns>(`${JOBS} WHERE id = ?`, job);
    return row === null ? null : this.#saved(row);
  }

  job(job: string): JobEntry | null {
    const row = this.#one<EntryColumns>(`${JOBS} WHERE id = ?`, job);
    return row === null ? null : entryOf(row);
  }

  list(job: string): Uint8Array | null {
    return this.#one<Pick<JobRecord, "list">>(`SELECT list FROM specs WHERE job = ${KEY}`, job)?.list ?? null;
  }

  jobs({ state, atom, name, before, limit }: JobsQuery): JobEntry[] {
    const wheres: string[] = [];
    const parameters: SqlValue[] = [];
    const only = (where: string, parameter: string) => {
      wheres.push(where);
      parameters.push(parameter);
    };
    if (state !== undefined) only("state = ?", state);
    if (atom !== undefined) only("atom_name = ?", nameOfAtom(atom));
    if (atom !== undefined && atom !== nameOfAtom(atom)) only("atom = ?", atom);
    if (name !== undefined) only("name = ?", name);
    if (before !== undefined) only("(created_at, id) < (SELECT created_at, id FROM jobs WHERE id = ?)", before);
    const where = wheres.length === 0 ? "" : `WHERE ${wheres.join(" AND ")}`;
    const sql = `${JOBS} ${where} ORDER BY created_at DESC, id DESC LIMIT ?`;
    return this.#all<EntryColumns>(sql, ...parameters, limit).map(entryOf);
  }

  endedJobs({ before, limit }: { before: number; limit: number }): string[] {
    const sql = "SELECT id FROM jobs WHERE ended_at < ? ORDER BY ended_at, id LIMIT ?";
    return this.#ids(sql, before, limit);
  }

  atom(id: string): AtomRow | null {
    return this.#one(`SELECT ${ATOM_COLUMNS}, source FROM atoms WHERE id = ?`, id);
  }

  newestAtom(name: string): AtomRow | null {
    return this.#one(`SELECT ${ATOM_COLUMNS}, source FROM atoms WHERE name = ? ORDER BY number DESC LIMIT 1`, name);
  }

  ownerOfName(name: string): string | null {
    return this.#one<{ owner: string }>("SELECT owner FROM names WHERE name = ?", name)?.owner ?? null;
  }

  unusedAtoms({ before, limit }: { before: number; limit: number }): string[] {
    const sql = `SELECT id FROM atoms WHERE created_at < ?
      AND NOT EXISTS (SELECT 1 FROM jobs WHERE atom = atoms.id) ORDER BY created_at, number LIMIT ?`;
    return this.#ids(sql, before, limit);
  }

  atoms({ before, limit }: Parameters<Store["atoms"]>[0]): Omit<AtomRow, "source">[] {
    const select = `SELECT ${ATOM_COLUMNS} FROM atoms`;
    if (before === undefined) return this.#all(`${select} ORDER BY number DESC LIMIT ?`, limit);
    const where = "WHERE number < (SELECT number FROM atoms WHERE id = ?)";
    return this.#all(`${select} ${where} ORDER BY number DESC LIMIT ?`, before, limit);
  }

  resultsByElectron(job: string, { from, to, limit }: Parameters<Store["resultsByElectron"]>[1]): PackedRows {
    // Spans do not overlap, so only the last row that begins at or before `from` can reach into the query from the left.
    const sql = `${RESULTS} AND "to" > ?2 AND "from" < ?3 AND "from" >=
      coalesce((SELECT max("from") FROM results WHERE job = ${KEY} AND "from" <= ?2), 0) ORDER BY "from" LIMIT ?4`;
    return this.#rows(sql, PAGE_BYTES, job, from, to, limit);
  }

  resultsByCommit(job: string, { afterRow, limit }: Parameters<Store["resultsByCommit"]>[1]): PackedRows {
    return this.#rows(`${RESULTS} AND id > ?2 ORDER BY id LIMIT ?3`, PAGE_BYTES, job, afterRow, limit);
  }

  deadLetters(job: string, { after, limit }: Parameters<Store["deadLetters"]>[1]): DeadLetter[] {
    const sql = `SELECT electron, attempts FROM electrons
      WHERE job = ${KEY} AND state = 'dead' AND electron > ?2 ORDER BY electron LIMIT ?3`;
    const failures = `SELECT ?1 AS job, electron, attempt, identity, at, code, message, stack FROM failures
      WHERE job = ${KEY} AND electron = ?2 ORDER BY id`;
    return this.#all<Omit<DeadLetter, "failures">>(sql, job, after, limit).map(({ electron, attempts }) => ({
      electron,
      attempts,
      failures: this.#all<FailureRow>(failures, job, electron),
    }));
  }

  events(job: string, { since, limit }: Parameters<Store["events"]>[1]): EventRow[] {
    const sql = `SELECT ?1 AS job, number, at, kind, body FROM events
      WHERE job = ${KEY} AND number > ?2 ORDER BY number LIMIT ?3`;
    return this.#all(sql, job, since, limit);
  }

  identity(key: string): { firstSeenAt: number; lastSeenAt: number } | null {
    const columns = "first_seen_at AS firstSeenAt, last_seen_at AS lastSeenAt";
    return this.#one(`SELECT ${columns} FROM identities WHERE key = ?`, key);
  }

  upload(id: string): UploadEntry | null {
    return this.#one(`${UPLOADS} AND id = ?`, id);
  }

  uploads({ owner, before, limit }: UploadsQuery): UploadEntry[] {
    const mine = owner === undefined ? "" : "AND submitter = ?";
    const older =
      before === undefined ? "" : "AND (created_at, id) < (SELECT created_at, id FROM uploads WHERE id = ?)";
    const parameters = [owner, before].filter((parameter) => parameter !== undefined);
    return this.#all(`${UPLOADS} ${mine} ${older} ORDER BY created_at DESC, id DESC LIMIT ?`, ...parameters, limit);
  }

  uploadIndex(id: string): UploadIndex | null {
    if (this.upload(id) === null) return null;
    const sql = `SELECT first, size FROM pages INDEXED BY pages_by_element WHERE upload = ${UPLOAD} ORDER BY first`;
    const pages = this.#all<{ first: number; size: number }>(sql, id);
    return {
      firsts: Uint32Array.from(pages, ({ first }) => first),
      bytes: Uint32Array.from(pages, ({ size }) => size),
    };
  }

  uploadElements(id: string, span: SpanColumns): Uint8Array {
    return cutElements(this.#all<UploadPage>(PAGES, id, span.from, span.to), span);
  }

  unusedUploads({ before, limit }: { before: number; limit: number }): string[] {
    const sql = `SELECT id FROM uploads WHERE items IS NOT NULL AND created_at < ?
      AND NOT EXISTS (SELECT 1 FROM jobs WHERE upload = uploads.id) ORDER BY created_at, id LIMIT ?`;
    return this.#ids(sql, before, limit);
  }

  key(owner: string, key: string): KeyRow | null {
    const sql = `SELECT submitter AS owner, key, digest, job, created_at AS createdAt FROM keys
      WHERE submitter = ? AND key = ?`;
    return this.#one(sql, owner, key);
  }

  #saved(row: EntryColumns): PackedJob {
    const { record, status, lastEvent } = entryOf(row);
    const list = this.#one<Pick<JobRecord, "list">>("SELECT list FROM specs WHERE job = ?", row.key)?.list ?? null;
    return {
      record: { ...record, list },
      status,
      blocks: this.#all("SELECT block, aggregate FROM blocks WHERE job = ? ORDER BY block", row.key),
      rows: this.#rows(SAVED_ROWS, Number.POSITIVE_INFINITY, row.key),
      grants: this.#all<SpanColumns & Omit<GrantRow, "span">>(SAVED_GRANTS, record.id, row.key).map(spanned),
      electrons: this.#all<ElectronColumns>(SAVED_ELECTRONS, record.id, row.key).map(electronOf),
      keptBytes: this.#one<{ bytes: number }>(SAVED_BYTES, row.key)?.bytes ?? 0,
      lastEvent,
    };
  }

  /** Leaves off at `bytesMax` by breaking out of the iteration, which resets the statement. */
  #rows(sql: string, bytesMax: number, ...parameters: SqlValue[]): PackedRows {
    return packRows(this.#statements.get(sql).iterate(...parameters) as Iterable<RowColumns>, bytesMax);
  }

  #ids(sql: string, ...parameters: SqlValue[]): string[] {
    return this.#all<{ id: string }>(sql, ...parameters).map(({ id }) => id);
  }

  #all<T>(sql: string, ...parameters: SqlValue[]): T[] {
    return this.#statements.get(sql).all(...parameters) as T[];
  }

  #one<T>(sql: string, ...parameters: SqlValue[]): T | null {
    return (this.#statements.get(sql).get(...parameters) ?? null) as T | null;
  }
}

const KEY = "(SELECT key FROM jobs WHERE id = ?1)";
const UPLOAD = "(SELECT key FROM uploads WHERE id = ?1)";
const UPLOADS = `SELECT id, submitter AS owner, created_at AS createdAt, items, bytes,
  (SELECT count(*) FROM jobs WHERE upload = uploads.id) AS jobs FROM uploads WHERE items IS NOT NULL`;
/** From the last page that begins at or before the first element: pages do not overlap. */
const PAGES = `SELECT first, sizes, elements FROM pages WHERE upload = ${UPLOAD} AND first < ?3 AND first >=
  (SELECT max(first) FROM pages WHERE upload = ${UPLOAD} AND first <= ?2) ORDER BY first`;
const JOBS = `SELECT ${ENTRY_COLUMNS} FROM jobs JOIN specs ON specs.job = jobs.key`;
const ATOM_COLUMNS = "id, name, owner, created_at AS createdAt, schema";
const RESULTS = `SELECT id AS number, "from", "to", identity, at, results AS bytes FROM results WHERE job = ${KEY}`;
/** Sorts ids alone, taken from an index: sorting whole rows would hold them all once more. Without a limit SQLite drops the order. */
const SAVED_ROWS = `SELECT block AS number, "from", "to", identity, at, aggregate AS bytes
  FROM (SELECT id FROM reports WHERE job = ? ORDER BY id LIMIT -1) CROSS JOIN reports USING (id)`;
const SAVED_GRANTS = `SELECT lease, ?1 AS job, block, "from", "to", session, identity, slot, attempt FROM grants
  WHERE job = ?2 ORDER BY lease`;
const SAVED_ELECTRONS = `SELECT ?1 AS job, electron, state, attempts, ready_at AS readyAt, suspects FROM electrons
  WHERE job = ?2 ORDER BY electron`;
const SAVED_BYTES = "SELECT sum(size) AS bytes FROM results INDEXED BY results_by_electron WHERE job = ?";
