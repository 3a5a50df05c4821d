import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Caller } from "../api.js";
import type { Write } from "../core/writes.js";
import { submit } from "../store/contract-samples.js";
import { memoryStore } from "../store/memory.js";
import { sqliteStore } from "../store/sqlite.js";
import { type Store, StoreError } from "../store/store.js";
import { steady } from "../testing/steady.js";
import { type UploadReader, uploadReader } from "../uploads/upload-reader.js";
import { UNUSED_KEPT_MS, UPLOADS_OPEN_MAX, UPLOADS_OPEN_PER_TOKEN_MAX, Uploads } from "./uploads.js";

const ada: Caller = { owner: "ada", admin: false };
const eve: Caller = { owner: "eve", admin: false };
const admin: Caller = { owner: "root", admin: true };
const LINE = `"${"x".repeat(1_000)}"\n`;

let gate: (writes: readonly Write[]) => Promise<void> | void;
let reader: UploadReader;
let store: Store;
let uploads: Uploads;
beforeEach(() => {
  gate = () => {};
  reader = uploadReader();
  store = memoryStore({ gate: (writes) => gate(writes) });
  uploads = new Uploads(store, reader);
});
afterEach(async () => {
  vi.useRealTimers();
  await reader.close();
  await store.close();
});

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const page = (caller: Caller) => uploads.page({ limit: 9 }, caller);

describe("an upload", () => {
  test("is there once all of it is durable, and its elements are", async () => {
    const { id, ...size } = await uploads.take(chunks("1\n[", "2]\n3"), ada);
    expect(size).toEqual({ items: 3, bytes: 7 });
    expect(await store.uploadElements(id, { from: 0, to: 3 })).toEqual(Uint8Array.of(1, 0x91, 2, 3));
    expect(await uploads.view(id, ada)).toMatchObject({ id, items: 3, bytes: 7, jobs: 0 });
  });

  test("is its owner's: to another token it is as none, and the operator sees all", async () => {
    const { id } = await uploads.take(chunks("1"), ada);
    for (const act of [uploads.view(id, eve), uploads.delete(id, eve), uploads.hold(id, eve, async () => 1)]) {
      await expect(act).rejects.toMatchObject({ code: "unknown_upload", status: 404 });
    }
    await expect(uploads.view(id, { owner: null, admin: false })).rejects.toMatchObject({ code: "unauthorized" });
    expect((await page(eve)).items).toEqual([]);
    expect((await page(ada)).items).toEqual((await page(admin)).items);
    await uploads.delete(id, admin);
    await expect(uploads.view(id, ada)).rejects.toMatchObject({ code: "unknown_upload" });
  });

  test("is committed a piece at a time, and read no faster than that", async () => {
    let [commits, sent] = [0, 0];
    let open = () => {};
    gate = (writes) => {
      commits += 1;
      expect(writes.length).toBeLessThan(30); // pages of 64 KiB
      return new Promise((resolve) => (open = resolve));
    };
    const lines = async function* () {
      for (; sent < 10_000; sent += 50) yield Buffer.from(LINE.repeat(50));
    };
    const taken = uploads.take(lines(), ada);
    expect(await steady(() => sent)).toBeLessThan(3_000); // two pieces of 1 MiB, of which the first is being written
    expect(commits).toBe(1);
    const opening = setInterval(() => open(), 1);
    expect(await taken).toMatchObject({ items: 10_000 });
    clearInterval(opening);
    expect(commits).toBeGreaterThan(8);
  });

  test(`[I9] one more than ${UPLOADS_OPEN_PER_TOKEN_MAX} of a token at a time is turned away, and one more than ${UPLOADS_OPEN_MAX} of all`, async () => {
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const slow = async function* () {
      await ended;
      yield Buffer.from("1");
    };
    const open = (caller: Caller) =>
      Array.from({ length: UPLOADS_OPEN_PER_TOKEN_MAX }, () => uploads.take(slow(), caller));
    const begun = open(ada);
    await expect(uploads.take(chunks("1"), ada)).rejects.toMatchObject({
      code: "too_many_requests",
      status: 429,
      details: { limit: "UPLOADS_OPEN_PER_TOKEN_MAX", max: UPLOADS_OPEN_PER_TOKEN_MAX },
    });
    begun.push(...open(eve));
    expect(begun).toHaveLength(UPLOADS_OPEN_MAX);
    await expect(uploads.take(chunks("1"), admin)).rejects.toMatchObject({
      code: "overloaded",
      status: 503,
      details: { limit: "UPLOADS_OPEN_MAX", max: UPLOADS_OPEN_MAX },
    });
    end();
    await Promise.all(begun);
    await Promise.all([uploads.take(chunks("1"), ada), uploads.take(chunks("1"), admin)]);
  });
});

describe("[I7] nothing is kept of an upload", () => {
  let written: Write[];
  beforeEach(() => {
    written = [];
    gate = (writes) => void written.push(...writes);
  });

  /** Everything that was begun was discarded. */
  function expectNothingKept(): void {
    const begun = written.flatMap((write) => (write.type === "upload" ? [write.upload.id] : []));
    const discarded = written.flatMap((write) => (write.type === "discard" ? [write.upload] : []));
    expect(begun).toHaveLength(1);
    expect(discarded).toEqual(expect.arrayContaining(begun));
  }

  test("with a broken line", async () => {
    const taken = uploads.take(chunks(LINE.repeat(5_000), "x\n", LINE), ada);
    await expect(taken).rejects.toMatchObject({ code: "bad_json", details: { line: 5_001 } });
    expectNothingKept();
  });

  test("that breaks off", async () => {
    const cut = new Error("the client went away");
    const lines = async function* () {
      yield Buffer.from(LINE.repeat(5_000));
      throw cut;
    };
    await expect(uploads.take(lines(), ada)).rejects.toBe(cut);
    expectNothingKept();
  });

  test("that the store does not take to its end", async () => {
    gate = (writes) => {
      written.push(...writes);
      if (writes.some((write) => write.type === "uploaded")) throw new StoreError("failed", "no luck");
    };
    await expect(uploads.take(chunks(LINE.repeat(5_000)), ada)).rejects.toMatchObject({ code: "failed" });
    expectNothingKept();
  });

  test("when the coordinator stops before all of it is written", async () => {
    gate = (writes) => {
      written.push(...writes);
      if (writes.some((write) => write.type === "page")) throw new StoreError("closed", "The store is closed.");
    };
    await expect(uploads.take(chunks("1"), ada)).rejects.toMatchObject({ code: "draining", status: 503 });
  });

  test("that could not be discarded at once, after a while", async () => {
    let full = true;
    gate = (writes) => {
      written.push(...writes);
      if (full && writes.some((write) => write.type !== "upload")) throw new StoreError("full", "no room");
    };
    await expect(uploads.take(chunks("1"), ada)).rejects.toMatchObject({ code: "storage_full", status: 507 });
    full = false;
    written.splice(1);
    await uploads.sweep();
    expectNothingKept();
  });

  test("when the disk fills, and the room comes back", async () => {
    const dir = mkdtempSync(join(tmpdir(), "valence-uploads-"));
    const small = await sqliteStore({ dir, pagesMax: 1_500 });
    const onDisk = new Uploads(small, reader);
    const lines = async function* (count: number) {
      for (let n = 0; n < count; n++) yield Buffer.from(LINE.repeat(1_000));
    };
    await onDisk.take(lines(1), ada);
    await expect(onDisk.take(lines(20), ada)).rejects.toMatchObject({ code: "storage_full" });
    expect((await onDisk.page({ limit: 9 }, ada)).items).toHaveLength(1);
    await vi.waitFor(() => onDisk.take(lines(3), ada), 5_000);
    await small.close();
    rmSync(dir, { recursive: true });
  });
});

describe("[I8] an upload stays while a job uses it", () => {
  const jobOf = (upload: string) => submit({ id: "j1", upload }, { state: "succeeded" });

  test("and goes with the last one", async () => {
    const { id } = await uploads.take(chunks("1"), ada);
    await store.commit([jobOf(id), submit({ id: "j2", upload: id })]);
    await expect(uploads.delete(id, ada)).rejects.toMatchObject({ code: "upload_in_use", status: 409 });
    await store.commit([{ type: "delete", job: "j1" }, ...uploads.release(id)]);
    expect(await uploads.view(id, ada)).toMatchObject({ jobs: 1, expiresAt: null });
    await store.commit([{ type: "delete", job: "j2" }, ...uploads.release(id)]);
    await expect(uploads.view(id, ada)).rejects.toMatchObject({ code: "unknown_upload" });
  });

  test("or is about to", async () => {
    const { id } = await uploads.take(chunks("1"), ada);
    await store.commit([jobOf(id)]);
    await uploads.hold(id, ada, async () => {
      await store.commit([{ type: "delete", job: "j1" }, ...uploads.release(id)]);
      await expect(uploads.delete(id, ada)).rejects.toMatchObject({ code: "upload_in_use" });
      await store.commit([submit({ id: "j2", upload: id })]);
    });
    expect(await uploads.view(id, ada)).toMatchObject({ jobs: 1 });
    await store.commit([{ type: "delete", job: "j2" }, ...uploads.release(id)]);
    await expect(uploads.view(id, ada)).rejects.toMatchObject({ code: "unknown_upload" });
  });

  test("which one may do while another is deleting it", async () => {
    const { id } = await uploads.take(chunks("1"), ada);
    const deleting = uploads.delete(id, ada);
    await store.commit([jobOf(id)]);
    await expect(deleting).rejects.toMatchObject({ code: "upload_in_use" });
  });

  test("and without a job for 7 days", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const begun = Date.now();
    const { id } = await uploads.take(chunks("1"), ada);
    const used = await uploads.take(chunks("1"), ada);
    await store.commit([jobOf(used.id)]);
    expect(await uploads.view(id, ada)).toMatchObject({ expiresAt: new Date(begun + UNUSED_KEPT_MS).toISOString() });
    vi.setSystemTime(begun + UNUSED_KEPT_MS);
    await uploads.sweep();
    expect((await page(ada)).items).toHaveLength(2);
    vi.setSystemTime(begun + UNUSED_KEPT_MS + 1);
    await uploads.hold(id, ada, () => uploads.sweep());
    expect((await page(ada)).items).toHaveLength(2);
    await uploads.sweep();
    expect((await page(ada)).items.map((upload) => upload.id)).toEqual([used.id]);
  });
});
