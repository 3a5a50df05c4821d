/** Runs one scenario from its opening to its end, and tells what it measured. */
import { openThings } from "@valence/e2e/open-things";
import { textTable } from "@valence/e2e/text-table";
import { load, machine, versionsOf } from "./machine.js";
import { measure, type Verdict, verdicts } from "./measure.js";
import { HEAD, rowsOf } from "./report.js";
import type { Opened, Scenario } from "./scenario.js";

type Course = { readonly size: number; readonly runs: number; readonly tell: (line: string) => void };

/** Whatever it throws, and wherever: what the scenario had opened is closed. */
export async function told(scenario: Scenario, { size, runs, tell }: Course): Promise<readonly Verdict[]> {
  const before = load();
  tell(`\n${scenario.name}: ${size.toLocaleString("en")} ${scenario.what}, load ${before}`);
  let close = async () => {};
  try {
    const opened = await scenario.open(size);
    close = openThings.note(() => opened.close());
    for (const one of opened.contestants) if ("absent" in one) tell(`  not run  ${one.name}: ${one.absent}`);
    const rounds = await measure(opened, runs, { onRun: (line) => tell(`  ${line}`) });
    const figures = verdicts(opened, rounds, { judge: size >= scenario.size });
    for (const line of textTable([HEAD.slice(1), ...rowsOf("", figures).map((row) => row.slice(1))])) tell(`  ${line}`);
    tell(JSON.stringify(record({ scenario, opened, size, runs, before, figures })));
    await closed(close);
    return figures;
  } catch (error) {
    await closed(close).catch(() => {}); // What broke first is told.
    throw error;
  }
}

/** A scenario closes in its own order, and leaves what it cannot close, or had opened before it broke. */
async function closed(close: () => Promise<void>): Promise<void> {
  try {
    await close();
  } finally {
    await openThings.closeAll();
  }
}

type Told = {
  readonly scenario: Scenario;
  readonly opened: Opened;
  readonly size: number;
  readonly runs: number;
  readonly before: number;
  readonly figures: readonly Verdict[];
};

function record({ scenario, opened, size, runs, before, figures }: Told) {
  return {
    scenario: scenario.name,
    at: new Date().toISOString(),
    size,
    runs,
    load: before,
    machine: machine(),
    versions: { ...versionsOf("socket.io", "express"), ...opened.versions },
    notRun: opened.contestants.filter((one) => "absent" in one),
    figures,
  };
}
