/**
 * A data folder's database as the first schema left it, as SQL: one job that has succeeded with its results kept, one of an
 * inline list that has not begun. Written by the code of that time; it stays as it is.
 */
export const ENDED_JOB = "0mwx7dn1pd465ba2526";
export const UNFINISHED_JOB = "0mwx7dn38f9b9d45c38";

export const SCHEMA_1 = `
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE atoms (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, owner TEXT NOT NULL,
    created_at INTEGER NOT NULL, schema TEXT, source BLOB NOT NULL) STRICT;
CREATE INDEX atoms_by_name ON atoms (name, number);
CREATE TABLE jobs (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT, atom TEXT NOT NULL,
    atom_name TEXT NOT NULL, submitter TEXT NOT NULL, created_at INTEGER NOT NULL, state TEXT NOT NULL, chunk INTEGER,
    error_code TEXT, error_message TEXT, started_at INTEGER, ended_at INTEGER, done INTEGER NOT NULL,
    dead INTEGER NOT NULL, skipped INTEGER NOT NULL, owner TEXT NOT NULL DEFAULT 'local', term INTEGER NOT NULL DEFAULT 1, aggregate BLOB) STRICT;
CREATE INDEX jobs_by_age ON jobs (created_at, id);
CREATE INDEX jobs_by_state ON jobs (state, created_at, id);
CREATE INDEX jobs_by_atom ON jobs (atom_name, created_at, id);
CREATE INDEX jobs_by_name ON jobs (name, created_at, id);
CREATE TABLE specs (job INTEGER PRIMARY KEY, spec BLOB NOT NULL, list BLOB) STRICT;
CREATE TABLE doomed (job INTEGER PRIMARY KEY) STRICT;
CREATE TABLE blocks (job INTEGER NOT NULL, block INTEGER NOT NULL, owner TEXT NOT NULL DEFAULT 'local', term INTEGER NOT NULL DEFAULT 1, aggregate BLOB, UNIQUE (job, block)) STRICT;
CREATE TABLE reports (
    id INTEGER PRIMARY KEY, job INTEGER NOT NULL, block INTEGER NOT NULL, "from" INTEGER NOT NULL, "to" INTEGER NOT NULL,
    identity TEXT NOT NULL, at INTEGER NOT NULL, owner TEXT NOT NULL DEFAULT 'local', term INTEGER NOT NULL DEFAULT 1, aggregate BLOB) STRICT;
CREATE INDEX reports_by_block ON reports (job, block);
CREATE TABLE results (
    id INTEGER PRIMARY KEY AUTOINCREMENT, job INTEGER NOT NULL, "from" INTEGER NOT NULL, "to" INTEGER NOT NULL,
    identity TEXT NOT NULL, at INTEGER NOT NULL, size INTEGER NOT NULL, results BLOB NOT NULL) STRICT;
CREATE INDEX results_by_electron ON results (job, "from", "to", size);
CREATE INDEX results_by_commit ON results (job, id);
CREATE TABLE grants (
    lease INTEGER PRIMARY KEY, job INTEGER NOT NULL, block INTEGER NOT NULL, "from" INTEGER NOT NULL,
    "to" INTEGER NOT NULL, session TEXT NOT NULL, identity TEXT NOT NULL, slot INTEGER NOT NULL,
    attempt INTEGER NOT NULL, owner TEXT NOT NULL DEFAULT 'local', term INTEGER NOT NULL DEFAULT 1) STRICT;
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
INSERT INTO counters ("name", "value") VALUES ('boots', 1);
INSERT INTO atoms ("number", "id", "name", "owner", "created_at", "schema", "source") VALUES (1, 'atom@sha256-01f9c9c7dff75b81ad194c598dfbc772da3146d136809b02571758cd7f09ec48', 'atom', '6c9976561e010697', 1795676422313, '{"type":"integer"}', X'6578706f72742064656661756c74207b206e616d653a202261746f6d222c207061796c6f61643a207b20747970653a2022696e746567657222207d2c2070726f636573733a20287829203d3e2078207d3b');
INSERT INTO jobs ("key", "id", "name", "atom", "atom_name", "submitter", "created_at", "state", "chunk", "error_code", "error_message", "started_at", "ended_at", "done", "dead", "skipped", "owner", "term", "aggregate") VALUES (1, '0mwx7dn1pd465ba2526', 'ended', 'atom@sha256-01f9c9c7dff75b81ad194c598dfbc772da3146d136809b02571758cd7f09ec48', 'atom', '6c9976561e010697', 1795676422381, 'succeeded', 1, NULL, NULL, 1795676422381, 1795676422398, 3, 0, 0, 'local', 1, X'932101c7040600001800');
INSERT INTO jobs ("key", "id", "name", "atom", "atom_name", "submitter", "created_at", "state", "chunk", "error_code", "error_message", "started_at", "ended_at", "done", "dead", "skipped", "owner", "term", "aggregate") VALUES (2, '0mwx7dn38f9b9d45c38', 'unfinished', 'atom@sha256-01f9c9c7dff75b81ad194c598dfbc772da3146d136809b02571758cd7f09ec48', 'atom', '6c9976561e010697', 1795676422436, 'queued', 1, NULL, NULL, NULL, NULL, 0, 0, 0, 'local', 1, NULL);
INSERT INTO sqlite_sequence ("name", "seq") VALUES ('jobs', 2);
INSERT INTO sqlite_sequence ("name", "seq") VALUES ('results', 3);
INSERT INTO specs ("job", "spec", "list") VALUES (1, X'8da46e616d65a5656e646564a461746f6dd94c61746f6d407368613235362d30316639633963376466663735623831616431393463353938646662633737326461333134366431333638303962303235373137353863643766303965633438a5696e70757482a46b696e64a46c697374a5746f74616c03a6726564756365a373756da46b656570c3a770726976617465c2a6706f6c69637985a974696d656f75744d73cdea60ab617474656d7074734d617804a76261636b6f666683a46b696e64ab6578706f6e656e7469616ca6626173654d73cd03e8a56d61784d73cdea60a87072696f72697479a66e6f726d616ca96f6e4661696c757265a46661696ca6706172616d73c0a47365656407a26964b3306d777837646e317064343635626132353236a9637265617465644174cb427a216a7c0ed000a56f776e6572b036633939373635363165303130363937a961746f6d4f776e6572b036633939373635363165303130363937', X'93c40101c40102c40103');
INSERT INTO specs ("job", "spec", "list") VALUES (2, X'8da46e616d65aa756e66696e6973686564a461746f6dd94c61746f6d407368613235362d30316639633963376466663735623831616431393463353938646662633737326461333134366431333638303962303235373137353863643766303965633438a5696e70757482a46b696e64a46c697374a5746f74616c03a6726564756365a373756da46b656570c2a770726976617465c2a6706f6c69637985a974696d656f75744d73cdea60ab617474656d7074734d617804a76261636b6f666683a46b696e64ab6578706f6e656e7469616ca6626173654d73cd03e8a56d61784d73cdea60a87072696f72697479a66e6f726d616ca96f6e4661696c757265a46661696ca6706172616d73c0a47365656408a26964b3306d777837646e333866396239643435633338a9637265617465644174cb427a216a7c124000a56f776e6572b036633939373635363165303130363937a961746f6d4f776e6572b036633939373635363165303130363937', X'93c40104c40105c40106');
INSERT INTO blocks ("job", "block", "owner", "term", "aggregate") VALUES (1, 0, 'local', 1, X'932101c7040600001800');
INSERT INTO results ("id", "job", "from", "to", "identity", "at", "size", "results") VALUES (1, 1, 0, 1, 'ae125a76d4d468426abedbea3ae7b31502ce7d3f321131244fe12403550a29e9', 1795676422392, 20, X'919301c40405000000c40901000000000000f03f');
INSERT INTO results ("id", "job", "from", "to", "identity", "at", "size", "results") VALUES (2, 1, 1, 2, 'ae125a76d4d468426abedbea3ae7b31502ce7d3f321131244fe12403550a29e9', 1795676422397, 20, X'919301c40405000000c409010000000000000040');
INSERT INTO results ("id", "job", "from", "to", "identity", "at", "size", "results") VALUES (3, 1, 2, 3, 'ae125a76d4d468426abedbea3ae7b31502ce7d3f321131244fe12403550a29e9', 1795676422398, 20, X'919301c40405000000c409010000000000000840');
INSERT INTO events ("job", "number", "at", "kind", "body") VALUES (1, 1, 1795676422381, 'queued', '{}');
INSERT INTO events ("job", "number", "at", "kind", "body") VALUES (1, 2, 1795676422381, 'running', '{}');
INSERT INTO events ("job", "number", "at", "kind", "body") VALUES (1, 3, 1795676422398, 'block', '{"block":0,"from":0,"to":3}');
INSERT INTO events ("job", "number", "at", "kind", "body") VALUES (1, 4, 1795676422398, 'succeeded', '{}');
INSERT INTO events ("job", "number", "at", "kind", "body") VALUES (2, 1, 1795676422436, 'queued', '{}');
INSERT INTO identities ("key", "first_seen_at", "last_seen_at") VALUES ('ae125a76d4d468426abedbea3ae7b31502ce7d3f321131244fe12403550a29e9', 1795676422366, 1795676422366);
PRAGMA user_version = 1;
`;
