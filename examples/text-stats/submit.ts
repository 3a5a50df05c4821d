/** Counts the Markdown under a folder on a grid: `node examples/dist/text-stats/submit.js [folder]`. */
import { connect } from "@valence/client-node/sdk/connect";
import type { Grid } from "@valence/client-node/sdk/grid";
import { isProgram } from "../program.js";
import type textStats from "./atom.js";
import type { TextStats } from "./atom.js";
import { markdownIn, type TextFile } from "./texts.js";

const ATOM = new URL("../../text-stats/atom.ts", import.meta.url);

/** One electron a text; the sums of what they give. */
export async function submitTexts(grid: Grid, files: readonly TextFile[]): Promise<TextStats> {
  const atom = await grid.publishFile<typeof textStats>(ATOM);
  const job = await grid.submit({
    name: `${files.length} Markdown files`,
    atom,
    input: { list: files.map(({ text }) => text) },
    reduce: { lines: "sum", words: "sum", characters: "sum" },
  });
  return job.result();
}

async function main(folder: string): Promise<void> {
  const files = markdownIn(folder);
  console.error(`${files.length} files of ${folder} fit into one job.`);
  const { lines, words, characters } = await submitTexts(connect(), files);
  console.log(`${lines} lines, ${words} words, ${characters} characters`);
}

if (isProgram(import.meta.url)) {
  await main(process.argv[2] ?? "node_modules");
}
