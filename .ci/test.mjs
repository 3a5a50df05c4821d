// The test command: build, checks, unit tests, end-to-end tests, browser tests; the time of each share, and one plain closing line.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { STEPS } from "./built.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Started by their files: npx takes longer to find them than some of them take. */
const BIOME = "node_modules/@biomejs/biome/bin/biome";
const KNIP = "node_modules/knip/bin/knip.js";
const VITEST = "node_modules/vitest/vitest.mjs";
const PLAYWRIGHT = "node_modules/@playwright/test/cli.js";
const reports = await mkdtemp(join(tmpdir(), "valence-tests-"));
const total = { passed: 0, failed: 0 };
const times = [];

/** Runs a script to its end; the output goes through. */
function run(script, args, env = process.env) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, env, stdio: "inherit" });
    child.on("error", () => resolve(1));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

/** A share that passes or fails as a whole: scripts with their arguments, until one fails. */
async function step(name, scripts) {
  const began = Date.now();
  let passes = true;
  for (const [script, ...args] of scripts) passes &&= (await run(script, args)) === 0;
  times.push([name, Date.now() - began]);
  total[passes ? "passed" : "failed"] += 1;
  return passes;
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
  const args = ["run", "--reporter=default", "--reporter=json"];
  for (const project of projects) args.push("--project", project);
  return counted(
    name,
    (report) => run(VITEST, [...args, `--outputFile.json=${report}`]),
    ({ numPassedTests, numFailedTests }) => ({ passed: numPassedTests, failed: numFailedTests }),
  );
}

/** What passes only at a second try, or not at all, has failed. */
function browserTests(name) {
  const args = ["test", "-c", "e2e/playwright.config.mjs", "--reporter=list,json"];
  return counted(
    name,
    (report) => run(PLAYWRIGHT, args, { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report }),
    ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky }),
  );
}

const built = await step("build", STEPS);
// The simulation is one thread, and the checks are short.
await Promise.all([
  built && tests("simulation", ["simulation"]),
  step("style", [[BIOME, "check", ".", "--diagnostic-level=error"]]),
  step("unused", [[KNIP]]),
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
