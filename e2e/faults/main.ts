/** `npm run faults [figure …]`: how soon the grid is itself again after each misfortune, then the proofs that nothing is lost. */
import { parseArgs } from "node:util";
import { deadline } from "./deadline.js";
import { type Figure, type Row, rowOf, tableOf } from "./figure.js";
import { closedSocket, cutCable, goodbye } from "./reassigned.js";
import { restart } from "./restart.js";
import { chaosVerdict, mutantsVerdict } from "./spawned.js";

const FIGURES: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  goodbye: () => rows(goodbye(300)),
  closed: () => rows(closedSocket(8)),
  cable: () => rows(cutCable(8)),
  deadline: () => rows(deadline(100)),
  restart: () => rows(restart(5, 1_000_000)),
  chaos: async () => [await chaosVerdict()],
  mutants: async () => [await mutantsVerdict()],
};

const { positionals } = parseArgs({ allowPositionals: true });
const names = positionals.length > 0 ? positionals : Object.keys(FIGURES);
const unknown = names.filter((name) => !(name in FIGURES));
if (unknown.length > 0) {
  console.error(`There is no figure ${unknown.join(", ")}; there are: ${Object.keys(FIGURES).join(", ")}.`);
  process.exit(2);
}

const table: Row[] = [];
for (const name of names) {
  console.log(`${name} …`);
  table.push(...((await FIGURES[name]?.()) ?? []));
}
console.log(`\n${tableOf(table)}`);
process.exitCode = table.every(({ ok }) => ok) ? 0 : 1;

async function rows(measuring: Promise<Figure | readonly Figure[]>): Promise<Row[]> {
  return [await measuring].flat().map(rowOf);
}
