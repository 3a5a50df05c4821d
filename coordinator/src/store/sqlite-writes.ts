/** What each write of the port is in SQL. A job is looked up by id: if it is not there, `job` is null and SQLite refuses. */
import type { JobStatus, Write } from "../core/writes.js";
import type { SqlValue } from "./sqlite-library.js";
import { EVENTS_KEPT_MAX, KEYS_FORGOTTEN_MAX } from "./store.js";

const JOB = "(SELECT key FROM jobs WHERE id = ?1)";
const UNUSED = "id = ?1 AND NOT EXISTS (SELECT 1 FROM jobs WHERE upload = ?1)";

/** Statements by name; parameters are those of `putWrite` in order. */
export const WRITE_SQL = {
  atom: `INSERT INTO atoms (id, name, owner, created_at, schema, source) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO NOTHING`,
  name: "INSERT INTO names (name, owner) VALUES (?, ?) ON CONFLICT DO NOTHING",
  unpublish: "DELETE FROM atoms WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM jobs WHERE atom = ?1)",
  submit: `INSERT INTO jobs (id, name, atom, atom_name, submitter, created_at, state, chunk, error_code, error_message,
    started_at, ended_at, done, dead, skipped, aggregate, upload)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  spec: `INSERT INTO specs (job, spec, list) VALUES (${JOB}, ?2, ?3)`,
  status: `UPDATE jobs SET state = ?2, chunk = ?3, error_code = ?4, error_message = ?5, started_at = ?6, ended_at = ?7,
    done = ?8, dead = ?9, skipped = ?10, aggregate = ?11 WHERE id = ?1`,
  ended: `INSERT INTO ended (job, at) VALUES (${JOB}, ?2) ON CONFLICT (job) DO UPDATE SET at = excluded.at`,
  reopened: `DELETE FROM ended WHERE job = ${JOB}`,
  report: `INSERT INTO reports (job, block, "from", "to", identity, at, aggregate)
    VALUES (${JOB}, ?2, ?3, ?4, ?5, ?6, ?7)`,
  result: `INSERT INTO results (job, "from", "to", identity, at, size, results)
    VALUES (${JOB}, ?2, ?3, ?4, ?5, ?6, ?7)`,
  block: `INSERT INTO blocks (job, block, aggregate) VALUES (${JOB}, ?2, ?3)
    ON CONFLICT (job, block) DO UPDATE SET aggregate = excluded.aggregate`,
  merge: `DELETE FROM reports WHERE job = ${JOB} AND block = ?2`,
  grant: `INSERT INTO grants (job, lease, block, "from", "to", session, identity, slot, attempt)
    VALUES (${JOB}, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
  ungrant: "DELETE FROM grants WHERE lease = ?",
  failure: `INSERT INTO failures (job, electron, attempt, identity, at, code, message, stack)
    VALUES (${JOB}, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
  electron: `INSERT INTO electrons (job, electron, state, attempts, ready_at, suspects)
    VALUES (${JOB}, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (job, electron) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,
    ready_at = excluded.ready_at, suspects = excluded.suspects`,
  recovered: `DELETE FROM electrons WHERE job = ${JOB} AND electron = ?2`,
  event: `INSERT INTO events (job, number, at, kind, body) VALUES (${JOB}, ?2, ?3, ?4, ?5)`,
  forget: `DELETE FROM events WHERE job = ${JOB} AND number <= ?2`,
  identity: `INSERT INTO identities (key, first_seen_at, last_seen_at) VALUES (?1, ?2, ?2)
    ON CONFLICT (key) DO UPDATE SET last_seen_at = max(last_seen_at, excluded.last_seen_at)`,
  doom: "INSERT INTO doomed (job) SELECT key FROM jobs WHERE id = ?1",
  revokeAll: `DELETE FROM grants WHERE job = ${JOB}`,
  delete: "DELETE FROM jobs WHERE id = ?",
  upload: "INSERT INTO uploads (id, submitter, created_at) VALUES (?, ?, ?)",
  page: `INSERT INTO pages (upload, first, size, sizes, elements)
    VALUES ((SELECT key FROM uploads WHERE id = ?1 AND items IS NULL), ?2, ?3, ?4, ?5)`,
  uploaded: "UPDATE uploads SET items = ?2, bytes = ?3 WHERE id = ?1 AND items IS NULL",
  doomUpload: `INSERT INTO doomed_uploads (upload) SELECT key FROM uploads WHERE ${UNUSED}`,
  discard: `DELETE FROM uploads WHERE ${UNUSED}`,
  key: `INSERT INTO keys (submitter, key, digest, job, created_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (submitter, key) DO UPDATE
    SET digest = excluded.digest, job = excluded.job, created_at = excluded.created_at`,
  forgetKeys: `DELETE FROM keys WHERE rowid IN
    (SELECT rowid FROM keys WHERE created_at < ? LIMIT ${KEYS_FORGOTTEN_MAX})`,
} as const;

export type WriteName = keyof typeof WRITE_SQL;

/** Only of these is it a contradiction to change nothing: what they are about is not there. */
export const MUST_CHANGE: readonly string[] = ["status", "uploaded"] satisfies WriteName[];

type Put = (statement: WriteName, ...parameters: SqlValue[]) => void;

/** Says a write as statements, by calling `put` for each. */
export function putWrite(write: Write, put: Put): void {
  const putThis = PUT[write.type] as (write: Write, put: Put) => void; // The entry of its own type.
  putThis(write, put);
}

const PUT: { [Type in Write["type"]]: (write: Extract<Write, { readonly type: Type }>, put: Put) => void } = {
  atom: ({ atom }, put) => {
    put("atom", atom.id, atom.name, atom.owner, atom.createdAt, atom.schema, atom.source);
    put("name", atom.name, atom.owner);
  },
  unpublish: ({ atom }, put) => put("unpublish", atom),
  submit: ({ job, status }, put) => {
    const { id, name, atom, owner, createdAt, spec, list, upload } = job;
    put("submit", id, name, atom, nameOfAtom(atom), owner, createdAt, ...statusColumns(status), upload);
    put("spec", id, spec, list);
  },
  status: ({ job, status }, put) => {
    put("status", job, ...statusColumns(status));
    if (status.endedAt === null) put("reopened", job);
    else put("ended", job, status.endedAt);
  },
  report: ({ row }, put) => {
    const { job, block, span, identity, at, aggregate, results } = row;
    put("report", job, block, span.from, span.to, identity, at, aggregate);
    if (results !== null) put("result", job, span.from, span.to, identity, at, results.length, results);
  },
  block: ({ job, block, aggregate }, put) => {
    put("block", job, block, aggregate);
    put("merge", job, block);
  },
  grant: ({ grant }, put) => {
    const { lease, job, block, span, session, identity, slot, attempt } = grant;
    put("grant", job, lease, block, span.from, span.to, session, identity, slot, attempt);
  },
  ungrant: ({ lease }, put) => put("ungrant", lease),
  failure: ({ failure }, put) => {
    const { job, electron, attempt, identity, at, code, message, stack } = failure;
    put("failure", job, electron, attempt, identity, at, code, message, stack);
  },
  electron: ({ electron }, put) => {
    const { job, electron: number, state, attempts, readyAt, suspects } = electron;
    put("electron", job, number, state, attempts, readyAt, JSON.stringify(suspects));
  },
  recovered: ({ job, electron }, put) => put("recovered", job, electron),
  event: ({ event }, put) => {
    const { job, number, at, kind, body } = event;
    put("event", job, number, at, kind, body);
    if (number > EVENTS_KEPT_MAX) put("forget", job, number - EVENTS_KEPT_MAX);
  },
  identity: ({ identity, at }, put) => put("identity", identity, at),
  delete: ({ job }, put) => {
    put("doom", job);
    put("revokeAll", job);
    put("delete", job);
  },
  upload: ({ upload: { id, owner, createdAt } }, put) => put("upload", id, owner, createdAt),
  page: ({ upload, page: { first, elements, sizes } }, put) => {
    put("page", upload, first, elements.length, sizes, elements);
  },
  uploaded: ({ upload, items, bytes }, put) => put("uploaded", upload, items, bytes),
  discard: ({ upload }, put) => {
    put("doomUpload", upload);
    put("discard", upload);
  },
  key: ({ key: { owner, key, digest, job, createdAt } }, put) => put("key", owner, key, digest, job, createdAt),
  forgetKeys: ({ before }, put) => put("forgetKeys", before),
};

function statusColumns(status: JobStatus): SqlValue[] {
  const { state, chunk, error, startedAt, endedAt, done, dead, skipped, aggregate } = status;
  const [code, message] = error === null ? [null, null] : [error.code, error.message];
  return [state, chunk, code, message, startedAt, endedAt, done, dead, skipped, aggregate];
}

/** The name in `name@sha256-<hex>`; a name alone is itself. */
export function nameOfAtom(atom: string): string {
  const end = atom.lastIndexOf("@sha256-");
  return end < 0 ? atom : atom.slice(0, end);
}
