import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** As `npm run demo` starts it; and without its build, which takes longer than what is to be seen. */
const COMMAND = [join(root, ".ci/demo.mjs")];
const BUILT = [
  "--input-type=module",
  "--eval",
  "const { demo } = await import(process.argv[1]); process.exitCode = await demo(process.argv.slice(2));",
  new URL("demo.js", import.meta.url).href,
];
/** More than can be thrown while a test looks on. */
const ENDLESS = ["--darts", "1e12"];

let folder: string;
let begun: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "valence-demo-test-"));
  begun = [];
});
afterEach(() => {
  for (const child of begun) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** A demo whose temporary folder is below this test's, by which its processes are known. */
function demo(args: readonly string[], env: Record<string, string> = {}, start = BUILT) {
  const child = spawn(process.execPath, [...start, ...args], {
    env: { ...process.env, TMPDIR: folder, TEMP: folder, VALENCE_DATA_DIR: "", PORT: "", ...env },
  });
  begun.push(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (more: string) => {
      text += more;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const says = (words: string | RegExp) => expect.poll(() => text, { timeout: 30_000 }).toMatch(words);
  return { child, ended, says, text: () => text };
}

/** What runs with this test's folder among its arguments: coordinators and clients, each `[pid, arguments]`. */
function commands(): [string, string][] {
  if (process.platform === "win32") return [];
  const lines = execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line): [string, string][] => {
    const [, pid, args] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
    return pid && args?.includes(folder) ? [[pid, args]] : [];
  });
}

function expectPi(text: string): void {
  const [, mean = "", half = ""] = /π ≈ (\d\.\d{7}) ± (\d\.\d{7}) {2}\(95 % interval\)/.exec(text) ?? [];
  const standardError = Number(half) / 1.959964;
  expect(standardError).toBeGreaterThan(0);
  expect(Math.abs(Number(mean) - Math.PI)).toBeLessThan(4 * standardError);
}

function addressIn(text: string): string | undefined {
  return /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
}

test("one serves until it is told to end; --once beside it takes another port, exits 0 with π, and leaves nothing", async () => {
  const taken = createServer();
  const port = await new Promise<number>((resolve) => {
    taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port));
  });
  const env = { PORT: String(port) };
  const VALENCE_DATA_DIR = join(folder, "kept");
  mkdirSync(VALENCE_DATA_DIR);
  const stays = demo(["--darts", "1e6"], { ...env, VALENCE_DATA_DIR });
  await stays.says("Serving until Ctrl-C.");
  expect((await fetch(`${addressIn(stays.text())}/readyz`)).status).toBe(200);

  const once = demo(["--once", "--darts", "5e7"], env, COMMAND);
  expect(await once.ended, once.text()).toBe(0);
  expectPi(once.text());
  expect(once.text()).not.toContain("token=");
  if (process.platform !== "win32") expect(commands()).toHaveLength(3); // of the one that stays
  expect(readdirSync(folder)).toEqual(["kept"]);
  const urls = [stays, once].map(({ text }) => addressIn(text()));
  expect(new Set([...urls, `http://127.0.0.1:${port}`]).size).toBe(3);

  stays.child.kill("SIGINT");
  expect(await stays.ended).toBe(0);
  taken.close();
  expectPi(stays.text());
  expect(commands()).toEqual([]);
  expect(readdirSync(folder)).toEqual(["kept"]);
  expect(readdirSync(VALENCE_DATA_DIR)).toContain("valence.db");
}, 120_000);

describe.skipIf(process.platform === "win32")("while it computes", () => {
  test("SIGTERM ends it and all its processes within 10 s", async () => {
    const { child, ended, says } = demo(ENDLESS);
    await says("π ≈");
    const began = performance.now();
    child.kill("SIGTERM");
    expect(await ended).toBe(130);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(commands()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  }, 60_000);

  test("its processes end by themselves when it is killed", async () => {
    const { child, says } = demo(ENDLESS);
    await says("π ≈");
    expect(commands()).toHaveLength(3);
    child.kill("SIGKILL");
    await expect.poll(commands, { timeout: 10_000 }).toEqual([]);
  }, 60_000);

  test("a coordinator that dies ends it with 1 and a sentence", async () => {
    const { ended, says, text } = demo([]); // with as many darts as a reader throws; here the end is the same after the last
    await says("π ≈");
    expect(text()).toContain("600,000,000 darts");
    for (const [pid, args] of commands()) if (args.includes(" serve ")) process.kill(Number(pid), "SIGKILL");
    expect(await ended).toBe(1);
    expect(text()).toContain("demo: valence serve has ended with SIGKILL.");
    expect(commands()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  }, 60_000);
});

test("what cannot be used is said before anything starts", async () => {
  const flag = demo(["--twice"]);
  expect(await flag.ended).toBe(2);
  expect(flag.text()).toContain("--twice");
  const port = demo(["--once"], { PORT: "http" });
  expect(await port.ended).toBe(2);
  expect(readdirSync(folder)).toEqual([]);
});
