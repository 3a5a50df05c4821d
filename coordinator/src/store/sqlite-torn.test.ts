/** A machine that dies in the middle of a write: the log of a killed store, cut and scribbled over at its tail. */
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sqliteStore } from "./sqlite.js";

/** https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
const [LOG_HEADER_BYTES, FRAME_HEADER_BYTES, PAGE_BYTES] = [32, 24, 4_096];
const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES;
const CALLS = 60;

/** Commits calls of three rows each, one after the other, and says the number of each that was acknowledged. */
const COMMITTER = `
  import { writeSync } from "node:fs";
  const [{ sqliteStore }, { report, submit }] = await Promise.all([import(SQLITE), import(SAMPLES)]);
  const store = await sqliteStore({ dir: DIR });
  await store.commit([submit()]);
  for (let call = 0; ; call++) {
    await store.commit([0, 1, 2].map((n) => report((call * 3 + n) * 10, { at: call, results: new Uint8Array(900) })));
    writeSync(1, call + "\\n");
  }
`;

let dir: string;
/** The killed store's log. */
let log: Buffer;
/** Where in the log each commit ends, the first one's end first. */
let ends: number[];
let said: number;
/** How many calls the log has: the one that was written and not yet said as well. */
let written: number;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "valence-torn-"));
  said = await commitUntilKilled();
  log = readFileSync(join(dir, "valence.db-wal"));
  ends = commitsIn(log);
  written = (await rowsAfter(log)).length;
}, 30_000);
afterAll(() => rmSync(dir, { recursive: true }));

async function commitUntilKilled(): Promise<number> {
  const names = { SQLITE: "./sqlite.js", SAMPLES: "./contract-samples.js" };
  const urls = Object.entries(names).map(([name, file]) => [name, new URL(file, import.meta.url).href] as const);
  const head = [...urls, ["DIR", dir] as const].map(([name, text]) => `const ${name} = ${JSON.stringify(text)};`);
  const child = spawn(process.execPath, ["--input-type=module", "-e", head.join("") + COMMITTER], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let calls = 0;
  for await (const _ of createInterface(child.stdout)) if (++calls === CALLS) child.kill("SIGKILL");
  return calls;
}

/** The last frame of a commit says how many pages the file then has; of all others that is 0. */
function commitsIn(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = LOG_HEADER_BYTES; at + FRAME_BYTES <= bytes.length; at += FRAME_BYTES) {
    if (bytes.readUInt32BE(at + 4) > 0) found.push(at + FRAME_BYTES);
  }
  return found;
}

/** The rows of each call that a store finds which has this log; and that it goes on. */
async function rowsAfter(torn: Buffer): Promise<number[]> {
  const folder = join(dir, "torn");
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(dir, "valence.db"), join(folder, "valence.db"));
  writeFileSync(join(folder, "valence.db-wal"), torn);
  const store = await sqliteStore({ dir: folder });
  const rows: number[] = [];
  for (const { at } of (await store.saved("j1"))?.rows ?? []) rows[at] = (rows[at] ?? 0) + 1;
  expect(await store.boot()).toBe(1);
  await store.close();
  rmSync(folder, { recursive: true });
  return rows;
}

/** Calls are there up to one of them, each with its three rows. */
const firstCalls = (count: number) => new Array<number>(count).fill(3);
/** How many calls the first `commits` of the log hold, the last ones being a call each. */
const callsIn = (commits: number) => written - (ends.length - commits);

test("[D10] a log that is whole has all that was acknowledged", async () => {
  expect(said).toBeGreaterThanOrEqual(CALLS);
  expect(written).toBeGreaterThanOrEqual(said);
  expect(await rowsAfter(log)).toEqual(firstCalls(written));
});

test("[D10] a log that is cut anywhere in its last commits has all that was written before, and nothing in pieces", async () => {
  for (let commits = ends.length - 4; commits < ends.length; commits++) {
    const [end, next] = [ends[commits - 1]!, ends[commits]!];
    for (const cut of [end, end + 1, end + FRAME_HEADER_BYTES, next - PAGE_BYTES, next - 1]) {
      expect(await rowsAfter(log.subarray(0, cut)), `cut at ${cut}`).toEqual(firstCalls(callsIn(commits)));
    }
  }
}, 30_000);

test("[D10] of a log that is scribbled over at its end the same is true", async () => {
  const [before, last] = ends.slice(-2) as [number, number];
  for (const [from, to] of [
    [before, before + FRAME_HEADER_BYTES],
    [before + FRAME_HEADER_BYTES + 100, before + FRAME_HEADER_BYTES + 101],
    [last - 512, last],
    [before, last],
  ] as const) {
    const torn = Buffer.from(log);
    for (let at = from; at < to; at++) torn[at] = (torn[at] as number) ^ 0x5a;
    expect(await rowsAfter(torn), `scribbled over ${from} to ${to}`).toEqual(firstCalls(callsIn(ends.length - 1)));
  }
}, 30_000);
