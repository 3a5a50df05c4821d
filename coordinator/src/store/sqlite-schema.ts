/**
 * The tables, and how an older file becomes a newer one. `PRAGMA user_version` counts the migrations a file has had.
 *
 * Rows belong to a job by its `key`, which is never used again: a deleted job's rows are out of reach at once, even when
 * its id is submitted anew, and are swept later (sqlite-sweep.ts). Kept results have a table of their own, so that
 * finishing a block drops its reports without rewriting gigabytes of results. `owner` and `term` are what a fence needs
 * when many coordinators share one store; here there is one, and they are constants.
 */
import type { Database } from "./sqlite-library.js";
import { StoreError } from "./store.js";

const FENCE = "owner TEXT NOT NULL DEFAULT 'local', term INTEGER NOT NULL DEFAULT 1";

const FIRST = `
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;

  CREATE TABLE atoms (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, owner TEXT NOT NULL,
    created_at INTEGER NOT NULL, schema TEXT, source BLOB NOT NULL) STRICT;
  CREATE INDEX atoms_by_name ON atoms (name, number);

  CREATE TABLE jobs (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT, atom TEXT NOT NULL,
    atom_name TEXT NOT NULL, submitter TEXT NOT NULL, created_at INTEGER NOT NULL, state TEXT NOT NULL, chunk INTEGER,
    error_code TEXT, error_message TEXT, started_at INTEGER, ended_at INTEGER, done INTEGER NOT NULL,
    dead INTEGER NOT NULL, skipped INTEGER NOT NULL, ${FENCE}, aggregate BLOB) STRICT;
  CREATE INDEX jobs_by_age ON jobs (created_at, id);
  CREATE INDEX jobs_by_state ON jobs (state, created_at, id);
  CREATE INDEX jobs_by_atom ON jobs (atom_name, created_at, id);
  CREATE INDEX jobs_by_name ON jobs (name, created_at, id);
  CREATE TABLE specs (job INTEGER PRIMARY KEY, spec BLOB NOT NULL, list BLOB) STRICT;
  CREATE TABLE doomed (job INTEGER PRIMARY KEY) STRICT;

  CREATE TABLE blocks (job INTEGER NOT NULL, block INTEGER NOT NULL, ${FENCE}, aggregate BLOB, UNIQUE (job, block)) STRICT;

  CREATE TABLE reports (
    id INTEGER PRIMARY KEY, job INTEGER NOT NULL, block INTEGER NOT NULL, "from" INTEGER NOT NULL, "to" INTEGER NOT NULL,
    identity TEXT NOT NULL, at INTEGER NOT NULL, ${FENCE}, aggregate BLOB) STRICT;
  CREATE INDEX reports_by_block ON reports (job, block);

  CREATE TABLE results (
    id INTEGER PRIMARY KEY AUTOINCREMENT, job INTEGER NOT NULL, "from" INTEGER NOT NULL, "to" INTEGER NOT NULL,
    identity TEXT NOT NULL, at INTEGER NOT NULL, size INTEGER NOT NULL, results BLOB NOT NULL) STRICT;
  CREATE INDEX results_by_electron ON results (job, "from", "to", size);
  CREATE INDEX results_by_commit ON results (job, id);

  CREATE TABLE grants (
    lease INTEGER PRIMARY KEY, job INTEGER NOT NULL, block INTEGER NOT NULL, "from" INTEGER NOT NULL,
    "to" INTEGER NOT NULL, session TEXT NOT NULL, identity TEXT NOT NULL, slot INTEGER NOT NULL,
    attempt INTEGER NOT NULL, ${FENCE}) STRICT;
  CREATE INDEX grants_by_job ON grants (job);

  CREATE TABLE failures (
    id INTEGER PRIMARY KEY, job INTEGER NOT NULL, electron INTEGER NOT NULL, attempt INTEGER NOT NULL,
    identity TEXT NOT NULL, at INTEGER NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, stack TEXT) STRICT;
  CREATE INDEX failures_by_electron ON failures (job, electron);

  CREATE TABLE electrons (
    job INTEGER NOT NULL, electron INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
    ready_at INTEGER NOT NULL, UNIQUE (job, electron)) STRICT;
  CREATE INDEX electrons_dead ON electrons (job, electron) WHERE state = 'dead';

  CREATE TABLE events (
    job INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (job, number)) STRICT;

  CREATE TABLE identities (
    key TEXT PRIMARY KEY, first_seen_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/**
 * Uploads: lists that come before their jobs. `items` is null until one is whole. Its pages belong to it by `key`, as rows do
 * to a job, and lie in tables like all else: one lock, one log and one copy of the data folder hold for them, too, and other
 * databases have such rows. Keys outlive the jobs that they made, or a request that is repeated late would make a second one.
 */
const UPLOADS = `
  CREATE TABLE uploads (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, submitter TEXT NOT NULL, created_at INTEGER NOT NULL,
    items INTEGER, bytes INTEGER, ${FENCE}) STRICT;
  CREATE INDEX uploads_by_age ON uploads (created_at, id);
  CREATE TABLE pages (
    id INTEGER PRIMARY KEY, upload INTEGER NOT NULL, first INTEGER NOT NULL, size INTEGER NOT NULL, sizes BLOB NOT NULL,
    elements BLOB NOT NULL) STRICT;
  CREATE INDEX pages_by_element ON pages (upload, first, size);
  CREATE TABLE doomed_uploads (upload INTEGER PRIMARY KEY) STRICT;

  ALTER TABLE jobs ADD COLUMN upload TEXT;
  CREATE INDEX jobs_by_upload ON jobs (upload) WHERE upload IS NOT NULL;

  CREATE TABLE keys (
    submitter TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, job TEXT NOT NULL, created_at INTEGER NOT NULL,
    UNIQUE (submitter, key)) STRICT;
  CREATE INDEX keys_by_age ON keys (created_at);
`;

/** Ended jobs that have more than their newest event, by when they ended: what `forgetEvents` goes through. */
const ENDED = `
  CREATE TABLE ended (job INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
  CREATE INDEX ended_by_time ON ended (at);
  INSERT INTO ended SELECT key, ended_at FROM jobs WHERE ended_at IS NOT NULL;
`;

/**
 * What goes with time: jobs by their end, atoms by their age, and whether a job is of an atom. A name stays with the token
 * that took it when its atoms are gone: what is asked for by that name must not become a stranger's.
 */
const KEPT = `
  CREATE INDEX jobs_by_end ON jobs (ended_at, id) WHERE ended_at IS NOT NULL;
  CREATE INDEX jobs_by_version ON jobs (atom);
  CREATE INDEX atoms_by_age ON atoms (created_at, number);
  CREATE TABLE names (name TEXT PRIMARY KEY, owner TEXT NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO names SELECT name, owner FROM atoms WHERE true ORDER BY number ON CONFLICT DO NOTHING;
`;

/** On whom an electron went wrong, as JSON; null for those that did so before this was kept. */
const SUSPECTS = "ALTER TABLE electrons ADD COLUMN suspects TEXT;";

/** The n-th brings a file of version n to version n + 1. Only ever append. */
const MIGRATIONS: readonly string[] = [FIRST, UPLOADS, ENDED, KEPT, SUSPECTS];

/** Brings the tables up to date, each step in its own transaction. Throws `newer_schema` for a file from the future. */
export function migrate(db: Database, file: string): void {
  const { user_version: version } = db.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version > MIGRATIONS.length) {
    throw new StoreError(
      "newer_schema",
      `${file} was written by a newer Valence (schema ${version}; this one knows ${MIGRATIONS.length}): ` +
        "run that version again, or choose another data folder.",
    );
  }
  for (const [number, sql] of MIGRATIONS.entries()) {
    if (number >= version) db.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${number + 1}; COMMIT`);
  }
}
