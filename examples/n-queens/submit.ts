/** Counts the ways to place n queens on a grid: `node examples/dist/n-queens/submit.js [n]`. */
import { connect } from "@valence/client-node/sdk/connect";
import type { Grid } from "@valence/client-node/sdk/grid";
import { isProgram } from "../program.js";
import type queens from "./atom.js";
import type { Prefix } from "./atom.js";

/** What the atom takes. */
const ROWS_MAX = 20;
const ATOM = new URL("../../n-queens/atom.ts", import.meta.url);

/** One electron for each way to place the queens of the first two rows, or of the first one of a small board; the sum of what they give. */
export async function countQueens(grid: Grid, n: number): Promise<number> {
  const atom = await grid.publishFile<typeof queens>(ATOM);
  const list = prefixes(n, n > 3 ? 2 : 1); // on two by two no two queens stand beside each other, and an empty list is no job
  const job = await grid.submit({ name: `${n} queens`, atom, input: { list }, reduce: "sum" });
  return job.result();
}

/** Every way to place queens in the first rows so that none attacks another. */
export function prefixes(n: number, rows: number): Prefix[] {
  if (rows === 0) return [{ n, columns: [] }];
  return prefixes(n, rows - 1).flatMap(({ columns }) => {
    const free = Array.from({ length: n }, (_, column) => column).filter((column) => isFree(columns, column));
    return free.map((column) => ({ n, columns: [...columns, column] }));
  });
}

function isFree(columns: readonly number[], column: number): boolean {
  const row = columns.length;
  return columns.every((other, above) => other !== column && Math.abs(other - column) !== row - above);
}

/** How many rows somebody typed. @throws RangeError with a sentence */
export function rowsOf(text: string): number {
  const n = Number(text);
  if (Number.isInteger(n) && n >= 1 && n <= ROWS_MAX) return n;
  throw new RangeError(`Give the rows of the board, from 1 to ${ROWS_MAX}: node examples/dist/n-queens/submit.js 12`);
}

async function main(text: string): Promise<void> {
  const n = rowsOf(text);
  console.log(`${n} queens: ${await countQueens(connect(), n)} ways`);
}

if (isProgram(import.meta.url)) {
  await main(process.argv[2] ?? "12").catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
