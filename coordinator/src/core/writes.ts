/**
 * What the coordinator makes durable, as data: the core emits these, the store applies them.
 * Everything opaque (a job's spec, aggregates, results) is packed bytes; the store never looks inside.
 * Times named `…At` are wall-clock milliseconds since 1970.
 */
import type { JobState } from "@valence/shared/job-state";
import type { Span } from "@valence/shared/span";
import type { Suspects } from "./failed-electron.js";

/** What never changes about a job after its submit. */
export type JobRecord = {
  readonly id: string;
  readonly name: string | null;
  /** `name@sha256-<hex>`. */
  readonly atom: string;
  /** Who submitted it: a fingerprint of the token. */
  readonly owner: string;
  readonly createdAt: number;
  /** Packed `JobSpec`: input shape, reduce, policy, params, seed. */
  readonly spec: Uint8Array;
  /** Packed payloads of an inline list, else null. Kept apart so that listing jobs never reads it. */
  readonly list: Uint8Array | null;
  /** The upload whose elements are its payloads, else null. */
  readonly upload: string | null;
};

/** What changes about a job. Written whole at every change of state; while a job runs, `done` may lag behind its rows. */
export type JobStatus = {
  readonly state: JobState;
  /** Items an electron of a range covers; null while `auto` is not resolved. */
  readonly chunk: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** In items. */
  readonly done: number;
  readonly dead: number;
  readonly skipped: number;
  /** Packed aggregate of an ended job, else null. */
  readonly aggregate: Uint8Array | null;
};

/** Neighbouring electrons of one block that one lease has finished: the row that commits them. */
export type ReportRow = {
  readonly job: string;
  readonly block: number;
  readonly span: Span;
  readonly identity: string;
  readonly at: number;
  /** Packed partial aggregate of the span; null for a job without a reduce. */
  readonly aggregate: Uint8Array | null;
  /** Packed results and durations of the span; null when the job does not keep them. */
  readonly results: Uint8Array | null;
};

/** A lease as it survives a restart. */
export type GrantRow = {
  readonly lease: number;
  readonly job: string;
  readonly block: number;
  readonly span: Span;
  readonly session: string;
  readonly identity: string;
  readonly slot: number;
  readonly attempt: number;
};

/** One failed attempt of one electron, kept with the job. */
export type FailureRow = {
  readonly job: string;
  readonly electron: number;
  readonly attempt: number;
  readonly identity: string;
  readonly at: number;
  readonly code: string;
  readonly message: string;
  readonly stack: string | null;
};

/** An electron that has gone wrong before and is not done. `readyAt` counts only while it waits. */
export type ElectronRow = {
  readonly job: string;
  readonly electron: number;
  readonly state: "waiting" | "dead";
  readonly attempts: number;
  readonly readyAt: number;
  readonly suspects: Suspects;
};

/** One numbered event of a job. Numbers start at 1 and have no holes. */
export type EventRow = {
  readonly job: string;
  readonly number: number;
  readonly at: number;
  readonly kind: string;
  /** JSON text. */
  readonly body: string;
};

export type AtomRow = {
  /** `name@sha256-<hex>`. */
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly createdAt: number;
  /** The payload's schema as JSON text, else null. */
  readonly schema: string | null;
  readonly source: Uint8Array;
};

/** A list that comes before its jobs, a page at a time. */
export type UploadRow = {
  readonly id: string;
  /** Who sends it: a fingerprint of the token. */
  readonly owner: string;
  readonly createdAt: number;
};

/** Neighbouring elements of an upload. */
export type UploadPage = {
  /** Number of the first of them. */
  readonly first: number;
  /** As they are encoded, one after the other. */
  readonly elements: Uint8Array;
  /** The length of each, less 1, in two bytes, the lower one first. */
  readonly sizes: Uint8Array;
};

/** That a request with this key, of this token, has made that job. */
export type KeyRow = {
  readonly owner: string;
  readonly key: string;
  /** Of the request's body, in hexadecimal. */
  readonly digest: string;
  readonly job: string;
  readonly createdAt: number;
};

export type Write =
  | { readonly type: "atom"; readonly atom: AtomRow }
  /** The atom, unless a job is of it. Its name stays with its token. */
  | { readonly type: "unpublish"; readonly atom: string }
  | { readonly type: "submit"; readonly job: JobRecord; readonly status: JobStatus }
  | { readonly type: "status"; readonly job: string; readonly status: JobStatus }
  | { readonly type: "report"; readonly row: ReportRow }
  /** All electrons of the block are done: its rows' aggregates merge into this one; rows stay only for their results. */
  | { readonly type: "block"; readonly job: string; readonly block: number; readonly aggregate: Uint8Array | null }
  | { readonly type: "grant"; readonly grant: GrantRow }
  /** The lease has ended, whichever way. */
  | { readonly type: "ungrant"; readonly lease: number }
  | { readonly type: "failure"; readonly failure: FailureRow }
  | { readonly type: "electron"; readonly electron: ElectronRow }
  /** The electron is done after all: nothing of its past is needed to go on. Its failures stay. */
  | { readonly type: "recovered"; readonly job: string; readonly electron: number }
  | { readonly type: "event"; readonly event: EventRow }
  | { readonly type: "identity"; readonly identity: string; readonly at: number }
  /** The job and everything that belongs to it, but for the upload that it computed on and the key that made it. */
  | { readonly type: "delete"; readonly job: string }
  /** An upload begins. Until it is whole nobody sees it, and the next start forgets it. */
  | { readonly type: "upload"; readonly upload: UploadRow }
  | { readonly type: "page"; readonly upload: string; readonly page: UploadPage }
  /** The upload is whole; `bytes` are those that were sent. */
  | { readonly type: "uploaded"; readonly upload: string; readonly items: number; readonly bytes: number }
  /** The upload with its pages, unless a job uses it. */
  | { readonly type: "discard"; readonly upload: string }
  | { readonly type: "key"; readonly key: KeyRow }
  /** Keys made before that time, `KEYS_FORGOTTEN_MAX` at most. */
  | { readonly type: "forgetKeys"; readonly before: number };
