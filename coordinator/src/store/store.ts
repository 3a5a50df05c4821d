/**
 * The port behind which everything durable lives. One coordinator owns a store at a time.
 * It decides nothing: it applies writes in order and reads them back. `contract.ts` says what every store must hold.
 */
import type { JobState } from "@valence/shared/job-state";
import type { Kept } from "../core/restore.js";
import type {
  AtomRow,
  EventRow,
  FailureRow,
  JobRecord,
  JobStatus,
  KeyRow,
  ReportRow,
  UploadRow,
  Write,
} from "../core/writes.js";

/** A job as listed: its record without the payloads of its list, its status as last written, and how many events it has had. */
export type JobEntry = {
  readonly record: Omit<JobRecord, "list">;
  readonly status: JobStatus;
  readonly lastEvent: number;
};

/** A job with all that the core needs to go on with it. */
export type SavedJob = Kept & { readonly record: JobRecord };

/** A page of kept results. `row` numbers rise with the order of commits and are never reused. */
export type ResultRow = Pick<ReportRow, "span" | "identity" | "at"> & {
  readonly row: number;
  readonly results: Uint8Array;
};

export type DeadLetter = {
  readonly electron: number;
  readonly attempts: number;
  /** Every failed attempt, oldest first. */
  readonly failures: readonly FailureRow[];
};

/** An upload that is whole. */
export type UploadEntry = UploadRow & {
  readonly items: number;
  /** As they were sent. */
  readonly bytes: number;
  /** How many jobs use it, ended ones among them. */
  readonly jobs: number;
};

/** The pages of an upload, in order: the number of each one's first element, and the bytes of its elements. */
export type UploadIndex = { readonly firsts: Uint32Array; readonly bytes: Uint32Array };

export type UploadsQuery = {
  /** Only those of one token. */
  readonly owner?: string | undefined;
  /** Only uploads older than this one (the last of the page before). */
  readonly before?: string | undefined;
  readonly limit: number;
};

export type JobsQuery = {
  readonly state?: JobState | undefined;
  /** A full atom id, or a name for all its versions. */
  readonly atom?: string | undefined;
  readonly name?: string | undefined;
  /** Only jobs older than this one (the last of the page before). */
  readonly before?: string | undefined;
  readonly limit: number;
};

/**
 * A page of results ends with the row that reaches this: a row is up to 4 MiB, and nobody can know that before reading. A
 * slow reader holds a page, and a fast one needs no more: 256 KiB are some 20,000 numbers.
 */
export const PAGE_BYTES = 256 * 1024;
/** Events kept of each job. */
export const EVENTS_KEPT_MAX = 10_000;
/** Keys that one write forgets: some 20 ms of work. */
export const KEYS_FORGOTTEN_MAX = 10_000;

export interface Store {
  /**
   * Applies the writes in order, all or none; durable once it resolves. Calls take effect in the order they were made.
   * Rejects with a `StoreError`; nothing of the call is then applied. `full`: the disk does not take it, and it may be
   * repeated. `failed`: it contradicts what is stored (a second submit of an id, a write about a job that is not there, a
   * lease granted twice, a number of an event used twice, a page of an upload that is whole or not there) or holds a number
   * that is no safe integer.
   * No contradiction: a block or a key said again (replaces), an atom said again (the first stays), an end of an unknown
   * lease, job, upload or atom.
   */
  commit(writes: readonly Write[]): Promise<void>;
  /**
   * Counts the starts of this store: 1 at the first, one more each time it is called. Uploads that are not whole are
   * forgotten: nobody is left to end them. Durable once it resolves.
   */
  boot(): Promise<number>;

  /** Jobs that have not ended, oldest first. */
  unfinished(): Promise<SavedJob[]>;
  /** One job, ended or not. */
  saved(job: string): Promise<SavedJob | null>;
  job(job: string): Promise<JobEntry | null>;
  /** The packed elements of its inline list, as submitted; null for a job without one. */
  list(job: string): Promise<Uint8Array | null>;
  /** Newest first; jobs of one millisecond in the order of their ids, descending. Empty when `before` is not there. */
  jobs(query: JobsQuery): Promise<JobEntry[]>;

  /** Jobs that ended before that time: those first that ended first. */
  endedJobs(query: { readonly before: number; readonly limit: number }): Promise<string[]>;

  atom(id: string): Promise<AtomRow | null>;
  /** The version of that name that was published last. */
  newestAtom(name: string): Promise<AtomRow | null>;
  /** The token that published the first atom of that name, be that still there or not. */
  ownerOfName(name: string): Promise<string | null>;
  /** Atoms that were published before that time, and that no job is of: oldest first. */
  unusedAtoms(query: { readonly before: number; readonly limit: number }): Promise<string[]>;
  /** Without sources, the last published first. Empty when `before` is not there. */
  atoms(query: { readonly before?: string | undefined; readonly limit: number }): Promise<Omit<AtomRow, "source">[]>;

  /**
   * Kept results whose electrons overlap the span, in the order of electrons; kept spans of one job never overlap.
   * A page of results ends early once it holds `PAGE_BYTES`, so only an empty one is the last.
   */
  resultsByElectron(
    job: string,
    query: { readonly from: number; readonly to: number; readonly limit: number },
  ): Promise<ResultRow[]>;
  /** Kept results in the order of their commits, rows numbered above `afterRow`; ends early as above. */
  resultsByCommit(job: string, query: { readonly afterRow: number; readonly limit: number }): Promise<ResultRow[]>;
  /** Dead electrons above `after`, ascending. */
  deadLetters(job: string, query: { readonly after: number; readonly limit: number }): Promise<DeadLetter[]>;
  /** Events numbered above `since`, ascending; the newest `EVENTS_KEPT_MAX` of a job are kept. */
  events(job: string, query: { readonly since: number; readonly limit: number }): Promise<EventRow[]>;
  /**
   * Forgets at most `limit` events, the oldest first, of jobs that ended before a time; true when more may be left to do.
   * A job's newest event stays as long as the job: a retry counts on from it. Durable once it resolves.
   */
  forgetEvents(query: { readonly endedBefore: number; readonly limit: number }): Promise<boolean>;
  /** First and latest time an identity was seen, in wall milliseconds. */
  identity(key: string): Promise<{ readonly firstSeenAt: number; readonly lastSeenAt: number } | null>;

  /** One that is whole. */
  upload(id: string): Promise<UploadEntry | null>;
  /** Those that are whole, newest first, as `jobs`. */
  uploads(query: UploadsQuery): Promise<UploadEntry[]>;
  /** Null for an upload that is not there or not whole. */
  uploadIndex(id: string): Promise<UploadIndex | null>;
  /**
   * Elements `[from, to)` as they are encoded, one after the other, in time that does not depend on the size of the upload.
   * Rejects as `failed` when some of them are not there.
   */
  uploadElements(id: string, span: { readonly from: number; readonly to: number }): Promise<Uint8Array>;
  /** Uploads that are whole, were begun before that time, and that no job uses: oldest first. */
  unusedUploads(query: { readonly before: number; readonly limit: number }): Promise<string[]>;
  key(owner: string, key: string): Promise<KeyRow | null>;

  /** Waits for what was called before, then lets go of the lock. */
  close(): Promise<void>;
}

/** The store did not take a commit or could not be opened; `code` says why in one word. */
export class StoreError extends Error {
  readonly code: "full" | "locked" | "newer_schema" | "corrupt" | "closed" | "failed";

  constructor(code: StoreError["code"], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "StoreError";
    this.code = code;
  }
}
