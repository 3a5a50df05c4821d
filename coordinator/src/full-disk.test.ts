/** A disk that fills under a coordinator with the real store, and is well again. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Coordinator } from "./coordinator.js";
import { openCoordinator } from "./open-coordinator.js";
import { sqliteStore } from "./store/sqlite.js";
import type { Store } from "./store/store.js";
import { memoryLog } from "./testing/http-grid.js";
import { ADA } from "./testing/memory-grid.js";

/** Pages of 4 KiB, 4 MB in all. */
const PAGES = 1_000;

let dir: string;
let store: Store;
let coordinator: Coordinator;
let logged: Record<string, unknown>[];
let fillers = 0;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "valence-full-"));
  logged = [];
  await open();
});
afterEach(async () => {
  await coordinator.close();
  await rm(dir, { recursive: true });
});

async function open(): Promise<void> {
  store = await sqliteStore({ dir, pagesMax: PAGES });
  coordinator = await openCoordinator({ store, log: memoryLog(logged) });
}

async function* lines(count: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n++) yield Buffer.from(`"${"x".repeat(1_000)}"\n`);
}

/** Atoms of all sizes, until not even a small one finds room. */
async function fill(): Promise<void> {
  for (let length = 100_000; ; length = Math.max(1, length >> 1)) {
    const source = `export default { name: "filler", process: () => "${"z".repeat(length)}${fillers++}" };`;
    const published = coordinator.publish(new TextEncoder().encode(source), ADA);
    if (length > 1) await published.catch(() => {});
    else await published;
  }
}

/** Jobs with lists of some 100 KB, until one is not answered for the disk takes it no more. Gives how many were, and that one. */
async function submitUntilFull(): Promise<{ kept: string[]; waiting: Promise<string> }> {
  const kept: string[] = [];
  for (;;) {
    const body = { atom: "pi", input: { list: Array.from({ length: 100 }, () => "y".repeat(1_000)) } };
    const waiting = coordinator.submit(body, ADA, null).then(({ job }) => job.id);
    const refused = vi.waitFor(() => expect(coordinator.unready()).not.toBeNull(), { timeout: 60_000, interval: 5 });
    const id = await Promise.race([waiting, refused.then(() => null)]);
    if (id === null) return { kept, waiting };
    kept.push(id);
    refused.catch(() => {});
  }
}

test("[D11] a full disk stops acknowledging, is told of, loses nothing, and work goes on when there is room again", async () => {
  await coordinator.publish(new TextEncoder().encode('export default { name: "pi", process: () => 3 };'), ADA);
  const upload = await coordinator.upload(lines(1_000), ADA);
  const { kept, waiting } = await submitUntilFull();
  const answered = vi.fn();
  void waiting.then(answered);
  expect(kept.length).toBeGreaterThan(3);
  expect(coordinator.unready()).toMatch(/^the store does not take commits: The disk that holds .* is full/);
  expect(logged.filter(({ event }) => event === "store_refuses")).toMatchObject([{ level: "error" }]);
  expect((await coordinator.jobs({ limit: 200 }, ADA)).items.map(({ id }) => id).sort()).toEqual([...kept].sort());
  await expect(coordinator.upload(lines(1_000), ADA)).rejects.toMatchObject({ code: "storage_full" });
  expect(answered).not.toHaveBeenCalled();

  await expect(fill()).rejects.toMatchObject({ code: "storage_full", status: 507 });

  await coordinator.deleteUpload(upload.id, ADA);
  kept.push(await waiting);
  expect(coordinator.unready()).toBeNull();
  expect(logged.map(({ event }) => event)).toContain("store_recovered");
  await coordinator.close();
  await open();
  expect((await coordinator.jobs({ limit: 200 }, ADA)).items.map(({ id }) => id).sort()).toEqual([...kept].sort());
});
