// The test command: build, checks, unit tests, end-to-end tests; the time of each share, and one plain closing line.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const reports = await mkdtemp(join(tmpdir(), "valence-tests-"));
const total = { passed: 0, failed: 0 };
const times = [];

/** Runs a command to its end; the output goes through. */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
    child.on("error", () => resolve(1));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

/** A share that passes or fails as a whole. */
async function step(name, command, args) {
  const began = Date.now();
  const code = await run(command, args);
  times.push([name, Date.now() - began]);
  total[code === 0 ? "passed" : "failed"] += 1;
  return code === 0;
}

/** A share of vitest's; counted test by test, and a run that broke down counts as one failure more. */
async function tests(name, args) {
  const began = Date.now();
  const report = join(reports, `${name}.json`);
  const code = await run("npx", [
    "--no",
    "--",
    "vitest",
    "run",
    ...args,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  times.push([name, Date.now() - began]);
  const counts = await readFile(report, "utf8")
    .then(JSON.parse)
    .catch(() => ({ numPassedTests: 0, numFailedTests: 0 }));
  total.passed += counts.numPassedTests;
  total.failed += counts.numFailedTests;
  if (code !== 0 && counts.numFailedTests === 0) total.failed += 1;
}

const built = await step("build", "npm", ["run", "-s", "build"]);
await step("style", "npx", ["--no", "--", "biome", "check", ".", "--diagnostic-level=error"]);
await step("unused", "npx", ["--no", "--", "knip"]);
if (built) {
  await tests("unit", ["--project", "unit"]);
  await tests("simulation", ["--project", "simulation"]);
  await tests("whole", ["--project", "whole"]);
}
await rm(reports, { recursive: true, force: true });
for (const [name, ms] of times) console.log(`${name.padEnd(12)}${(ms / 1000).toFixed(1).padStart(7)} s`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
