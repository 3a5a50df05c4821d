/** What only several processes can show: a killed one loses nothing it acknowledged, and two never share a folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sqliteStore } from "./sqlite.js";
import type { Store } from "./store.js";

/** Commits calls of three rows each, many at a time, and says the number of each that was acknowledged. */
const COMMITTER = `
  import { writeSync } from "node:fs";
  const [store, { report, submit }] = [await open(), await import(samples)];
  if ((await store.job("j1")) === null) await store.commit([submit()]);
  writeSync(1, "open\\n");
  for (let call = Number(from); ; call++) {
    const writes = [0, 1, 2].map((n) => report((call * 3 + n) * 10, { at: call, results: new Uint8Array(300) }));
    const committed = store.commit(writes).then(() => writeSync(1, call + "\\n"));
    if (call % 8 === 0) await committed;
  }
`;
/** Opens the store and keeps it, or says why it could not. */
const HOLDER = `
  try {
    globalThis.store = await open();
    console.log("open");
    setInterval(() => {}, 1000);
  } catch (error) {
    console.log(error.code + ": " + error.message);
  }
`;

let dir: string;
let children: ChildProcess[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "valence-store-"));
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(dir, { recursive: true });
});

function run(program: string, from = 0): ChildProcess {
  const [sqlite, samples] = ["./sqlite.js", "./contract-samples.js"].map((file) => new URL(file, import.meta.url).href);
  const head = `const [samples, from] = ${JSON.stringify([samples, from])};
    const open = async () => (await import(${JSON.stringify(sqlite)})).sqliteStore({ dir: ${JSON.stringify(dir)} });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", head + program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [line] = await once(createInterface(child.stdout!), "line");
  return line;
}

/** Runs the committer until it has said `calls` calls, kills it, and gives all it has said. */
async function commitUntilKilled(from: number, calls: number): Promise<number[]> {
  const child = run(COMMITTER, from);
  const said: number[] = [];
  for await (const line of createInterface(child.stdout!)) {
    if (line !== "open") said.push(Number(line));
    if (said.length === calls) child.kill("SIGKILL");
  }
  return said;
}

/** How many rows of each call are there. */
async function rowsByCall(store: Store): Promise<Map<number, number>> {
  const rows = new Map<number, number>();
  for (const { at } of (await store.saved("j1"))?.rows ?? []) rows.set(at, (rows.get(at) ?? 0) + 1);
  return rows;
}

test("a killed process loses nothing it acknowledged, and leaves no call in pieces", async () => {
  const acknowledged: number[] = [];
  for (let round = 0; round < 4; round++) {
    acknowledged.push(...(await commitUntilKilled(round * 1_000_000, 50 + 150 * round)));
    const store = await sqliteStore({ dir });
    const rows = await rowsByCall(store);
    await store.close();
    expect(acknowledged.filter((call) => rows.get(call) !== 3)).toEqual([]);
    expect([...rows.values()].filter((count) => count !== 3)).toEqual([]);
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(1_100);
}, 30_000);

test("[D5] a second process on the same folder is refused, with a sentence that names it", async () => {
  const store = await sqliteStore({ dir });
  const said = await firstLine(run(HOLDER));
  expect(said).toBe(`locked: Another coordinator is using ${dir}: stop it, or choose another data folder.`);
  await store.boot();
  await store.close();
}, 10_000);

test("a store opens once the process that held its lock has died", async () => {
  const child = run(HOLDER);
  expect(await firstLine(child)).toBe("open");
  const opening = sqliteStore({ dir });
  setTimeout(() => child.kill("SIGKILL"), 200);
  await (await opening).close();
}, 10_000);
