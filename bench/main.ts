/**
 * `npm run bench [scenario…] [-- --runs n --size n]`: each figure beside its yardstick of the same run and its target; one line of JSON
 * for each scenario, and one table of all at the end. Ends with 1 when a scenario breaks, whatever the figures are.
 */
import { textTable } from "@valence/e2e/text-table";
import { closeBeforeEnding } from "./ending.js";
import { type Asked, asked, help, Misused } from "./options.js";
import { HEAD, rowsOf } from "./report.js";
import { told } from "./run.js";
import { SCENARIOS } from "./scenarios.js";

const ending = closeBeforeEnding();
const code = await main(process.argv.slice(2));
// Something that a scenario forgot, such as a socket, would hold it; when it is ending it waits until all is closed.
if (!ending.aborted) process.exit(code);

async function main(args: readonly string[]): Promise<number> {
  try {
    const what = asked(args, SCENARIOS);
    if (what) return await ran(what);
    const { usage, rows } = help(SCENARIOS);
    console.log(`${usage}\n\n${textTable(rows).join("\n")}`);
    return 0;
  } catch (error) {
    if (!(error instanceof Misused)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function ran({ scenarios, runs, size }: Asked): Promise<number> {
  const rows: string[][] = [HEAD];
  let isBroken = false;
  for (const scenario of scenarios) {
    try {
      const figures = await told(scenario, { size: size ?? scenario.size, runs, tell: (line) => console.log(line) });
      rows.push(...rowsOf(scenario.name, figures));
    } catch (error) {
      if (ending.aborted) break;
      console.error(error);
      rows.push([scenario.name, "broke: see above"]);
      isBroken = true;
    }
  }
  // One scenario has shown its table.
  if (scenarios.length > 1 && !ending.aborted) console.log(`\n${textTable(rows).join("\n")}`);
  return isBroken ? 1 : 0;
}
