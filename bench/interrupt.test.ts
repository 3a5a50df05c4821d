import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "@valence/e2e/processes";
import { expect, onTestFinished, test } from "vitest";

const MAIN = fileURLToPath(new URL("./main.js", import.meta.url));

/** States of the processes that were started with something in that folder, as the kernel tells them: T is stopped. */
function statesOf(folder: string): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder)) return [];
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      return [stat.slice(stat.lastIndexOf(")") + 2)[0] as string];
    } catch {
      return []; // It has just ended.
    }
  });
}

function started(args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "interrupted-"));
  const bench = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [bench.stdout, bench.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  onTestFinished(() => {
    bench.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  return { bench, folder, output: () => output, ended: once(bench, "close") };
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s in the middle leaves no process, not even a stopped one, and no folder",
  async (signal) => {
    const { bench, folder, output, ended } = started(["tail", "--size", "400", "--runs", "1"]);
    await until("a client to be stopped", () => statesOf(folder).includes("T"));
    bench.kill(signal);
    expect(await ended).toEqual([128 + constants.signals[signal], null]);
    expect(statesOf(folder)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    expect(output()).not.toMatch(/Error|broke/);
  },
);

test("SIGTERM while a tab computes ends its browser, too", async () => {
  const { bench, folder, output, ended } = started(["page", "--size", "30", "--runs", "1"]);
  await until("a first run", () => output().includes("warm-up"));
  bench.kill("SIGTERM");
  expect(await ended).toEqual([128 + constants.signals.SIGTERM, null]);
  expect(statesOf(folder)).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test("wrong usage is one sentence, and ends with 2", async () => {
  const { output, ended } = started(["--bogus"]);
  expect(await ended).toEqual([2, null]);
  expect(output()).toBe("There is no option --bogus; --help tells which there are.\n");
});

test("help tells every scenario, and ends with 0", async () => {
  const { output, ended } = started(["--help"]);
  expect(await ended).toEqual([0, null]);
  expect(output()).toMatch(/^tail +2,000 +1 +electrons/m);
});
