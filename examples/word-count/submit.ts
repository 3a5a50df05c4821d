/** Counts the words of texts on a grid: `node examples/dist/word-count/submit.js [folder]`. */
import { connect } from "@valence/client-node/sdk/connect";
import type { Grid } from "@valence/client-node/sdk/grid";
import { isProgram } from "../program.js";
import type wordCount from "./atom.js";
import { pieces, wordPaths } from "./texts.js";

const ATOM = new URL("../../word-count/atom.ts", import.meta.url);
const SHOWN = 10;

export type WordCounts = Readonly<Record<string, number>>;

/** Uploads the texts as they are read, and has each word counted over all of them. */
export async function countWords(grid: Grid, paths: readonly string[]): Promise<WordCounts> {
  const atom = await grid.publishFile<typeof wordCount>(ATOM);
  const upload = await grid.upload(pieces(paths));
  const job = await grid.submit({
    name: `words of ${paths.length} files`,
    atom,
    input: { list: { upload } },
    reduce: { each: "sum" },
  });
  return job.result();
}

async function main(folder: string): Promise<void> {
  const counts = Object.entries(await countWords(connect(), wordPaths(folder)));
  console.log(`${counts.length} different words`);
  for (const [word, count] of counts.toSorted(([, a], [, b]) => b - a).slice(0, SHOWN))
    console.log(`${count}  ${word}`);
}

if (isProgram(import.meta.url)) {
  await main(process.argv[2] ?? "node_modules");
}
