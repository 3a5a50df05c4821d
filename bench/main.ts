/**
 * `npm run bench [scenario…] [-- --runs n --size n]`: each figure beside its yardstick of the same run and its target; one line of JSON
 * for each scenario, and one table of all at the end. Ends with 1 when a scenario breaks, whatever the figures are.
 */
import { parseArgs } from "node:util";
import { textTable } from "@valence/e2e/text-table";
import { load, machine, versionsOf } from "./machine.js";
import { measure, type Verdict, verdicts } from "./measure.js";
import { HEAD, rowsOf } from "./report.js";
import type { Opened, Scenario } from "./scenario.js";
import { SCENARIOS } from "./scenarios.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "5" }, size: { type: "string" } },
});
const runs = wholeNumber("--runs", values.runs);
const size = values.size === undefined ? undefined : wholeNumber("--size", values.size);

const rows: string[][] = [HEAD];
for (const scenario of chosen(positionals)) {
  try {
    rows.push(...rowsOf(scenario.name, await told(scenario, size ?? scenario.size)));
  } catch (error) {
    console.error(error);
    rows.push([scenario.name, "broke: see above"]);
    process.exitCode = 1;
  }
}
console.log(`\n${textTable(rows).join("\n")}`);

async function told(scenario: Scenario, count: number): Promise<readonly Verdict[]> {
  const before = load();
  console.log(`\n${scenario.name}: ${count.toLocaleString("en")} ${scenario.what}, load ${before}`);
  const opened = await scenario.open(count);
  try {
    for (const one of opened.contestants) if ("absent" in one) console.log(`  not run  ${one.name}: ${one.absent}`);
    const figures = verdicts(opened, await measure(opened, runs, { onRun: (line) => console.log(`  ${line}`) }));
    for (const line of textTable([HEAD.slice(1), ...rowsOf("", figures).map((row) => row.slice(1))]))
      console.log(`  ${line}`);
    console.log(JSON.stringify(record({ scenario, opened, count, before, figures })));
    return figures;
  } finally {
    await opened.close();
  }
}

type Told = { scenario: Scenario; opened: Opened; count: number; before: number; figures: readonly Verdict[] };

function record({ scenario, opened, count, before, figures }: Told) {
  return {
    scenario: scenario.name,
    at: new Date().toISOString(),
    size: count,
    runs,
    load: before,
    machine: machine(),
    versions: { ...versionsOf("socket.io", "express"), ...opened.versions },
    notRun: opened.contestants.filter((one) => "absent" in one),
    figures,
  };
}

function chosen(names: readonly string[]): readonly Scenario[] {
  if (names.length === 0) return SCENARIOS;
  return names.map((name) => {
    const scenario = SCENARIOS.find((one) => one.name === name);
    return (
      scenario ??
      refuse(`There is no scenario ${JSON.stringify(name)}; there are: ${SCENARIOS.map((one) => one.name).join(", ")}.`)
    );
  });
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0
    ? value
    : refuse(`${flag} takes a whole number above 0, not ${JSON.stringify(text)}.`);
}

function refuse(why: string): never {
  console.error(why);
  process.exit(2);
}
