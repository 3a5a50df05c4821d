/** `npm run bench [scenario] [--runs n] [--electrons n]`: medians, spread and ratios of one run, and one line of JSON. */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { noOp } from "./no-op.js";
import { results } from "./results.js";
import { measure, type Outcome, type Scenario } from "./scenario.js";
import { tail } from "./tail.js";
import { upload } from "./upload.js";

const SCENARIOS: Readonly<Record<string, (electrons: number) => Promise<Scenario>>> = {
  "no-op": noOp,
  results,
  tail,
  upload,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "5" }, electrons: { type: "string", default: "1000000" } },
});

for (const name of positionals.length > 0 ? positionals : Object.keys(SCENARIOS)) {
  const open = SCENARIOS[name];
  if (!open) {
    console.error(`There is no scenario ${JSON.stringify(name)}; there are: ${Object.keys(SCENARIOS).join(", ")}.`);
    process.exit(2);
  }
  const scenario = await open(Number(values.electrons));
  try {
    console.log(`\n${name}, in ${scenario.unit}, ${values.electrons} electrons a run`);
    report(scenario, await measure(scenario, Number(values.runs), (line) => console.log(`  ${line}`)));
    if (scenario.remark) console.log(`  ${await scenario.remark()}`);
  } finally {
    await scenario.close();
  }
}

function report({ name, unit }: Scenario, outcomes: readonly Outcome[]): void {
  const first = outcomes[0];
  for (const { name: contestant, median, spread } of outcomes) {
    const ratio = first && contestant !== first.name ? `  ratio ${(first.median / median).toFixed(2)}` : "";
    const rate = Math.round(median).toLocaleString("en").padStart(12);
    console.log(`  median  ${contestant.padEnd(40)}${rate} ± ${Math.round(spread * 100)} %${ratio}`);
  }
  const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model };
  console.log(JSON.stringify({ scenario: name, unit, outcomes, machine }));
}
