/** Counts the Markdown under a folder on a grid: `node examples/dist/text-stats/submit.js [folder]`. */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { connect } from "@valence/client-node/sdk/connect";
import type { Grid } from "@valence/client-node/sdk/grid";
import { tokenFor } from "@valence/client-node/token-file";
import type textStats from "./atom.js";
import type { TextStats } from "./atom.js";
import { markdownIn, type TextFile } from "./texts.js";

const ATOM = fileURLToPath(new URL("../../text-stats/atom.ts", import.meta.url));

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
  const url = process.env.VALENCE_URL || "http://127.0.0.1:8080";
  const token = process.env.VALENCE_TOKEN || tokenFor(url, process.env) || undefined;
  const files = markdownIn(folder);
  console.error(`${files.length} files of ${folder} fit into one job.`);
  const { lines, words, characters } = await submitTexts(connect({ url, token }), files);
  console.log(`${lines} lines, ${words} words, ${characters} characters`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main(process.argv[2] ?? "node_modules");
}
