import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { UNSUSPECTED } from "../core/failed-electron.js";
import { storeContract } from "./contract.js";
import {
  atomOf,
  bytes,
  electronOf,
  eventOf,
  keyOf,
  pageOf,
  report,
  reports,
  statusOf,
  submit,
  uploadOf,
  whole,
} from "./contract-samples.js";
import { SqliteStore, sqliteStore } from "./sqlite.js";
import { loadSqlite } from "./sqlite-library.js";
import { ENDED_JOB, SCHEMA_1, UNFINISHED_JOB } from "./sqlite-schema-1.js";
import type { Store } from "./store.js";

const MIB = 1024 * 1024;

/** Takes the fourth schema back to the third. */
const BEFORE_SUSPECTS = "ALTER TABLE electrons DROP COLUMN suspects";
const BEFORE_KEPT = `${BEFORE_SUSPECTS}; DROP INDEX jobs_by_end; DROP INDEX jobs_by_version; DROP INDEX atoms_by_age; DROP TABLE names`;

let dir: string;
let store: Store | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "valence-store-"));
});

afterEach(async () => {
  await store?.close();
  store = undefined;
  rmSync(dir, { recursive: true });
});

async function reopen(): Promise<Store> {
  await store?.close();
  store = await sqliteStore({ dir });
  return store;
}

/** Changes the closed file behind the store's back. */
async function inFile(sql: string): Promise<void> {
  const Database = await loadSqlite();
  const db = new Database(join(dir, "valence.db"));
  db.exec(sql);
  db.close();
}

storeContract("the store in SQLite", async () => ({ store: await reopen(), reopen, dispose: async () => {} }));

describe("the file", () => {
  test("folder and file are made for their owner alone", async () => {
    const folder = join(dir, "deep", "data");
    store = await sqliteStore({ dir: folder });
    await store.commit([submit()]);
    const mode = (path: string) => statSync(path).mode & 0o777;
    expect(mode(folder)).toBe(0o700);
    for (const file of ["valence.db", "valence.db-wal"]) expect(mode(join(folder, file))).toBe(0o600);
  });

  test("a folder that cannot be made is said", async () => {
    writeFileSync(join(dir, "taken"), "");
    await expect(sqliteStore({ dir: join(dir, "taken") })).rejects.toMatchObject({
      code: "failed",
      message: expect.stringContaining("taken"),
    });
  });

  test("what was committed moves from the log into the file when there is rest, long before the log is full", async () => {
    const opened = await reopen();
    const file = join(dir, "valence.db");
    const before = statSync(file).size;
    for (let n = 0; n < 130; n++) await opened.commit([{ type: "key", key: keyOf(`k${n}`) }]);
    await vi.waitFor(() => expect(statSync(file).size).toBeGreaterThan(before));
  });

  test("[D7] a file of a newer schema is refused, and left as it was", async () => {
    await reopen();
    await store?.close();
    await inFile("PRAGMA user_version = 99");
    const opening = sqliteStore({ dir });
    await expect(opening).rejects.toMatchObject({ code: "newer_schema" });
    await expect(opening).rejects.toThrow(/valence\.db was written by a newer Valence \(schema 99; this one knows 5\)/);
  });

  test("a file of the second schema learns which of its jobs have ended", async () => {
    const status = statusOf({ state: "failed", endedAt: 1_000 });
    const events = [1, 2, 3].map((number) => ({ type: "event", event: eventOf(number) }) as const);
    await (await reopen()).commit([submit(), ...events, { type: "status", job: "j1", status }, submit({ id: "j2" })]);
    await store?.close();
    await inFile(`${BEFORE_KEPT}; DROP TABLE ended; PRAGMA user_version = 2`);
    const opened = await reopen();
    expect(await opened.job("j1")).toMatchObject({ status, lastEvent: 3 });
    await opened.forgetEvents({ endedBefore: 1_001, limit: 9 });
    expect((await opened.events("j1", { since: 0, limit: 9 })).map(({ number }) => number)).toEqual([3]);
  });

  test("[D7] a file of the third schema learns whose its names are", async () => {
    const versions = [atomOf("pi", 1), atomOf("pi", 2, { owner: "eve" }), atomOf("e", 3, { owner: "bo" })];
    await (await reopen()).commit(versions.map((atom) => ({ type: "atom", atom })));
    await store?.close();
    await inFile(`${BEFORE_KEPT}; PRAGMA user_version = 3`);
    const opened = await reopen();
    expect([await opened.ownerOfName("pi"), await opened.ownerOfName("e")]).toEqual(["ada", "bo"]);
  });

  test("[D7] a file of the first schema becomes one of this, with all that is in it, once", async () => {
    const Database = await loadSqlite();
    const db = new Database(join(dir, "valence.db"));
    db.exec(SCHEMA_1);
    db.close();
    for (let opening = 0; opening < 2; opening++) {
      await reopen();
      expect((await store?.unfinished())?.map(({ record }) => record)).toMatchObject([
        { id: UNFINISHED_JOB, name: "unfinished", upload: null, list: expect.any(Uint8Array) },
      ]);
      expect(await store?.job(ENDED_JOB)).toMatchObject({ status: { state: "succeeded" }, record: { upload: null } });
      expect(await store?.resultsByCommit(ENDED_JOB, { afterRow: 0, limit: 9 })).toHaveLength(3);
    }
    await store?.commit([...whole(uploadOf("u1")), submit({ upload: "u1" }), { type: "key", key: keyOf("k1") }]);
    expect(await store?.upload("u1")).toMatchObject({ jobs: 1 });
  });

  test("[D7] of a file of the fourth schema nothing is lost: its failed electrons are suspected of nothing", async () => {
    await (await reopen()).commit([submit(), { type: "electron", electron: electronOf(3, { attempts: 2 }) }]);
    await store?.close();
    await inFile(`${BEFORE_SUSPECTS}; PRAGMA user_version = 4`);
    const electrons = [electronOf(3, { attempts: 2, suspects: UNSUSPECTED })];
    expect(await (await reopen()).saved("j1")).toMatchObject({ electrons });
  });

  test("a file that is no database is refused as corrupt", async () => {
    writeFileSync(join(dir, "valence.db"), "no database, but long enough to look like one: ".repeat(100));
    await expect(sqliteStore({ dir })).rejects.toMatchObject({ code: "corrupt" });
  });

  test("a file that is damaged while in use rejects what it concerns", async () => {
    await (await reopen()).commit([submit(), ...reports(5_000, 100)]);
    await reopen();
    truncateSync(join(dir, "valence.db"), 100 * 4_096);
    await expect(store?.resultsByCommit("j1", { afterRow: 0, limit: 10_000 })).rejects.toMatchObject({
      code: "corrupt",
    });
  });

  test("[D9] what was deleted gives its room back to the disk", async () => {
    store = await sqliteStore({ dir });
    await store.commit([submit(), ...reports(40, MIB)]);
    await store.commit([{ type: "delete", job: "j1" }]);
    await reopen(); // A sweep that was interrupted goes on.
    const size = () => statSync(join(dir, "valence.db")).size;
    expect(size()).toBeGreaterThan(35 * MIB);
    await vi.waitFor(() => expect(size()).toBeLessThan(12 * MIB), 4_000);
  });

  test("so does an upload that was not ended", async () => {
    store = await sqliteStore({ dir });
    const pages = Array.from({ length: 400 }, (_, n) => pageOf(n, [65_536]));
    await store.commit([{ type: "upload", upload: uploadOf("u1") }]);
    await store.commit(pages.map((page) => ({ type: "page", upload: "u1", page })));
    await (await reopen()).boot();
    const size = () => statSync(join(dir, "valence.db")).size;
    await vi.waitFor(() => expect(size()).toBeLessThan(12 * MIB), 4_000);
  });
});

describe("a full disk", () => {
  test("refuses what does not fit, keeps what was stored, and goes on once there is room", async () => {
    store = await sqliteStore({ dir, pagesMax: 500 });
    await store.commit([submit(), submit({ id: "small" })]);
    await store.commit([report(0, { results: new Uint8Array(MIB) })]);
    const full = store.commit([report(10, { job: "small" }), report(20, { results: new Uint8Array(MIB) })]);
    await expect(full).rejects.toMatchObject({ code: "full", message: expect.stringContaining(dir) });
    expect((await store.saved("j1"))?.rows).toHaveLength(1);
    await store.commit([report(10, { job: "small" }), { type: "delete", job: "j1" }]);
    const again = () => store?.commit([report(20, { job: "small", results: new Uint8Array(MIB) })]);
    await vi.waitFor(again, 5_000);
    expect((await store.saved("small"))?.rows.map(({ span }) => span.from)).toEqual([10, 20]);
  });

  test("refuses all commits that were made together", async () => {
    store = await sqliteStore({ dir, pagesMax: 500 });
    await store.commit([submit()]);
    const settled = await Promise.allSettled([
      store.commit([report(0)]),
      store.commit([report(10, { results: new Uint8Array(4 * MIB) })]),
    ]);
    expect(settled.map((result) => result.status === "rejected" && result.reason.code)).toEqual(["full", "full"]);
    await store.commit([report(0, { results: bytes(1) })]);
  });
});

describe("the thread", () => {
  const DIES_WHEN_ASKED = `require("node:worker_threads").parentPort.once("message", () => process.exit(7))`;

  test("its death rejects all that is pending, and every later call", async () => {
    const dying = new SqliteStore(new Worker(DIES_WHEN_ASKED, { eval: true }));
    const calls = [dying.commit([submit()]), dying.job("j1"), dying.boot()];
    for (const { status, reason } of (await Promise.allSettled(calls)) as PromiseRejectedResult[])
      expect([status, reason.code]).toEqual(["rejected", "failed"]);
    await expect(dying.commit([submit()])).rejects.toMatchObject({ code: "failed" });
    await expect(dying.saved("j1")).rejects.toMatchObject({ code: "failed" });
    await dying.close();
  });

  test("an error in it is the cause", async () => {
    const dying = new SqliteStore(new Worker("throw new Error('no such luck')", { eval: true }));
    await expect(dying.boot()).rejects.toMatchObject({ cause: { message: "no such luck" } });
  });

  test("a large read does not hold the main thread's loop", async () => {
    await (await reopen()).commit([submit(), ...reports(10_000, 200)]);
    let turns = 0;
    const turning = setInterval(() => turns++, 1);
    await store?.saved("j1");
    clearInterval(turning);
    expect(turns).toBeGreaterThan(0);
  });
});

test("elements of an upload do not wait for a commit of the same turn; what may change does", async () => {
  store = await sqliteStore({ dir });
  await store.commit(whole(uploadOf("u1"), [[2]]));
  const order: string[] = [];
  const note = (what: string) => () => void order.push(what);
  await Promise.all([
    store.commit([{ type: "upload", upload: uploadOf("u2") }]).then(note("committed")),
    store.uploadElements("u1", { from: 0, to: 1 }).then(note("elements")),
    store.upload("u1").then(note("upload")),
  ]);
  expect(order).toEqual(["elements", "committed", "upload"]);
});
