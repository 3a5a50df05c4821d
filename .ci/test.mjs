// The test command: build, checks, unit tests, end-to-end tests, browser tests; the time of each share, and one plain closing line.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const reports = await mkdtemp(join(tmpdir(), "valence-tests-"));
const total = { passed: 0, failed: 0 };
const times = [];

/** Runs a command to its end; the output goes through. */
function run(command, args, env = process.env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: "inherit", shell: process.platform === "win32" });
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

/** A share that is counted test by test; a run that broke down counts as one failure more. */
async function counted(name, runInto, countsOf) {
  const began = Date.now();
  const report = join(reports, `${name}.json`);
  const code = await runInto(report);
  times.push([name, Date.now() - began]);
  const { passed, failed } = await readFile(report, "utf8")
    .then((text) => countsOf(JSON.parse(text)))
    .catch(() => ({ passed: 0, failed: 0 }));
  total.passed += passed;
  total.failed += failed;
  if (code !== 0 && failed === 0) total.failed += 1;
}

function tests(name, projects) {
  const args = ["--no", "--", "vitest", "run", "--reporter=default", "--reporter=json"];
  for (const project of projects) args.push("--project", project);
  return counted(
    name,
    (report) => run("npx", [...args, `--outputFile.json=${report}`]),
    ({ numPassedTests, numFailedTests }) => ({ passed: numPassedTests, failed: numFailedTests }),
  );
}

/** What passes only at a second try, or not at all, has failed. */
function browserTests(name) {
  const args = ["--no", "--", "playwright", "test", "-c", "e2e/playwright.config.mjs", "--reporter=list,json"];
  return counted(
    name,
    (report) => run("npx", args, { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report }),
    ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky }),
  );
}

const built = await step("build", "npm", ["run", "-s", "build"]);
// The simulation is one thread, and the checks are short.
await Promise.all([
  built && tests("simulation", ["simulation"]),
  step("style", "npx", ["--no", "--", "biome", "check", ".", "--diagnostic-level=error"]),
  step("unused", "npx", ["--no", "--", "knip"]),
]);
if (built) {
  await tests("unit", ["unit", "threads"]);
  await tests("whole", ["whole"]);
  await browserTests("browser");
}
await rm(reports, { recursive: true, force: true });
for (const [name, ms] of times) console.log(`${name.padEnd(12)}${(ms / 1000).toFixed(1).padStart(7)} s`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
