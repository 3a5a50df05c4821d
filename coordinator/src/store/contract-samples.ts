/** Rows for the contract suite: whole and valid, each field open to change. */
import { UNSUSPECTED } from "../core/failed-electron.js";
import type {
  AtomRow,
  ElectronRow,
  EventRow,
  FailureRow,
  GrantRow,
  JobRecord,
  JobStatus,
  KeyRow,
  ReportRow,
  UploadPage,
  UploadRow,
  Write,
} from "../core/writes.js";

export const PI = `pi@sha256-${"0".repeat(64)}`;

export function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

export function statusOf(changes: Partial<JobStatus> = {}): JobStatus {
  const none = { chunk: null, error: null, startedAt: null, endedAt: null, aggregate: null };
  return { state: "queued", done: 0, dead: 0, skipped: 0, ...none, ...changes };
}

export function recordOf(changes: Partial<JobRecord> = {}): JobRecord {
  return {
    id: "j1",
    name: null,
    atom: PI,
    owner: "ada",
    createdAt: 1_000,
    spec: bytes(1),
    list: null,
    upload: null,
    ...changes,
  };
}

export function submit(changes: Partial<JobRecord> = {}, status: Partial<JobStatus> = {}): Write {
  return { type: "submit", job: recordOf(changes), status: statusOf(status) };
}

export function reportOf(from: number, changes: Partial<ReportRow> = {}): ReportRow {
  const span = { from, to: from + 10 };
  return {
    job: "j1",
    block: 0,
    span,
    identity: "vera",
    at: 2_000,
    aggregate: bytes(from % 256),
    results: null,
    ...changes,
  };
}

export function report(from: number, changes: Partial<ReportRow> = {}): Write {
  return { type: "report", row: reportOf(from, changes) };
}

export function grantOf(lease: number, changes: Partial<GrantRow> = {}): GrantRow {
  const span = { from: 0, to: 64 };
  return { lease, job: "j1", block: 0, span, session: "s1", identity: "vera", slot: 0, attempt: 1, ...changes };
}

export function failureOf(electron: number, attempt: number, changes: Partial<FailureRow> = {}): FailureRow {
  const error = { code: "thrown", message: "no", stack: null };
  return { job: "j1", electron, attempt, identity: "vera", at: 3_000, ...error, ...changes };
}

export function electronOf(electron: number, changes: Partial<ElectronRow> = {}): ElectronRow {
  return { job: "j1", electron, state: "waiting", attempts: 1, readyAt: 4_000, suspects: UNSUSPECTED, ...changes };
}

export function eventOf(number: number, changes: Partial<EventRow> = {}): EventRow {
  return { job: "j1", number, at: 5_000, kind: "state", body: "{}", ...changes };
}

export function atomOf(name: string, version: number, changes: Partial<AtomRow> = {}): AtomRow {
  const id = `${name}@sha256-${String(version).padStart(64, "0")}`;
  return { id, name, owner: "ada", createdAt: 1_000, schema: null, source: bytes(version), ...changes };
}

export function uploadOf(id: string, changes: Partial<UploadRow> = {}): UploadRow {
  return { id, owner: "ada", createdAt: 1_000, ...changes };
}

/** Elements `[first, first + lengths.length)`, each of bytes that say which one it is. */
export function pageOf(first: number, lengths: readonly number[]): UploadPage {
  const sizes = lengths.flatMap((length) => [(length - 1) & 0xff, (length - 1) >> 8]);
  const elements = lengths.flatMap((length, i) => new Array<number>(length).fill((first + i) % 256));
  return { first, sizes: Uint8Array.from(sizes), elements: Uint8Array.from(elements) };
}

/** An upload that is whole, of pages of elements with these lengths. */
export function whole(upload: UploadRow, pages: readonly (readonly number[])[] = [[1]]): Write[] {
  let items = 0;
  const puts = pages.map((lengths): Write => {
    const page = pageOf(items, lengths);
    items += lengths.length;
    return { type: "page", upload: upload.id, page };
  });
  return [{ type: "upload", upload }, ...puts, { type: "uploaded", upload: upload.id, items, bytes: 10 * items }];
}

export function keyOf(key: string, changes: Partial<KeyRow> = {}): KeyRow {
  return { owner: "ada", key, digest: "d1", job: "j1", createdAt: 1_000, ...changes };
}

/** `count` rows of ten electrons each from 0, and as many bytes of results as asked for. */
export function reports(count: number, resultBytes: number): Write[] {
  return Array.from({ length: count }, (_, n) =>
    report(n * 10, { results: new Uint8Array(resultBytes).fill(n % 256) }),
  );
}
