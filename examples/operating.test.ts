/** The commands of docs/OPERATING.md, one after the other as an operator types them, and what it says of the code. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gridMetrics } from "@valence/coordinator/metrics";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LiveGrid, liveGrid } from "./testing/live-grid.js";
import { bash, blocksOf, promisesOf } from "./testing/pages.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const path = join(root, "docs/OPERATING.md");
const page = readFileSync(path, "utf8");
const blocks = blocksOf("docs/OPERATING.md", path);
const NPX = 'npx() { [ "$1" = --no ] && shift && exec "node_modules/.bin/$@"; }\n';

describe.skipIf(process.platform === "win32")("what it tells to type", () => {
  let live: LiveGrid;
  let cwd: string;
  let token: string;
  beforeAll(async () => {
    live = await liveGrid();
    token = readFileSync(join(live.dataDir, "admin-token"), "utf8").trim();
    await live.grid.upload([1, 2, 3]);
    const atom = await live.grid.publish('export default { name: "fails", process() { throw new Error("no"); } };');
    const policy = { attemptsMax: 1 };
    const job = await live.grid.submit({ atom: atom.id, input: { list: [1] }, policy });
    await expect(job.result()).rejects.toThrow();
    cwd = mkdtempSync(join(tmpdir(), "valence-operating-"));
    symlinkSync(join(root, "node_modules"), join(cwd, "node_modules"));
  });
  afterAll(async () => {
    await live.stop();
    rmSync(cwd, { recursive: true });
  });

  const typed = blocks.filter(({ language }) => language === "sh");
  test.each(typed.map((block) => [`line ${block.line}`, block] as const))("%s", async (_, block) => {
    const until = /^until=(.+)$/.exec(block.mark)?.[1];
    const { VALENCE_DATA_DIR: _dir, VALENCE_ADMIN_TOKEN: _token, ...rest } = process.env;
    const env = { ...rest, PORT: "0", VALENCE_TOKEN: token };
    const script = NPX + block.text.replaceAll("http://127.0.0.1:8080", live.url);
    const { code, stdout, stderr } = await bash(script, { cwd, env, until });
    expect(code, stdout + stderr).toBe(0);
    if (until !== undefined) expect(stdout + stderr).toContain(until);
    for (const words of promisesOf(block)) expect(stdout).toContain(words);
  });

  test("the failed jobs are gone, as it says", async () => {
    const left: unknown[] = [];
    for await (const job of live.grid.jobs({ state: "failed" })) left.push(job);
    expect(left).toEqual([]);
  });
});

test("every block is of a kind that is tried or looked at here", () => {
  expect([...new Set(blocks.map(({ language }) => language))].sort()).toEqual(["caddy", "ini", "nginx", "sh"]);
});

test("the unit for systemd is one, and its command takes its flags", () => {
  const lines = (blocks.find(({ language }) => language === "ini")?.text ?? "").split("\n").filter(Boolean);
  expect(lines.filter((line) => !/^(#.*|\[\w+\]|\w+=\S.*)$/.test(line))).toEqual([]);
  const [, bin = "", command = "", ...flags] = lines.find((line) => line.startsWith("ExecStart="))?.split(" ") ?? [];
  const help = execFileSync(process.execPath, [bin.replace("/opt/valence", root), command, "--help"]).toString();
  for (const flag of flags.filter((word) => word.startsWith("--"))) expect(help).toContain(flag);
});

test("the proxies go to where a coordinator listens, and nginx passes WebSocket on", () => {
  const text = (language: string) => blocks.find((block) => block.language === language)?.text;
  expect(text("nginx")).toMatch(
    /proxy_pass http:\/\/127\.0\.0\.1:8080;[\s\S]*Host \$host;[\s\S]*Upgrade \$http_upgrade;/,
  );
  expect(text("caddy")).toContain("reverse_proxy 127.0.0.1:8080");
});

test("every event that the coordinator logs by its name is in the table", () => {
  const folder = join(root, "coordinator/src");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /(?<!\.test)\.ts$/.test(name),
  );
  const logged = files.flatMap((name) => [
    ...readFileSync(join(folder, name), "utf8").matchAll(/\blog\.(?:debug|info|warn|error)\("(\w+)"/g),
  ]);
  expect(logged.length).toBeGreaterThan(10);
  for (const [, event] of logged) expect(page).toContain(`\`${event}\``);
});

test("every metric of the grid is in the table", async () => {
  const jobs = { queued: 0, running: 0, paused: 0 };
  const copies = { granted: 0, won: 0, lost: 0 };
  const stats = { volunteers: 0, slots: 0, busy: 0, rate: 0, jobs, staleReports: 0, copies };
  const text = await gridMetrics({ stats: () => stats }).text();
  const names = [...text.matchAll(/^# TYPE (valence_\w+) /gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(page).toContain(`\`${name}\``);
});
