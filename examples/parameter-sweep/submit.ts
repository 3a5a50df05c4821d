/** Fits an oscillation to measured points on a grid: `node examples/dist/parameter-sweep/submit.js`. */
import { readFileSync } from "node:fs";
import { connect } from "@valence/client-node/sdk/connect";
import type { Grid } from "@valence/client-node/sdk/grid";
import { isProgram } from "../program.js";
import type sweep from "./atom.js";
import type { Fitted, Points } from "./atom.js";

const FOLDER = new URL("../../parameter-sweep/", import.meta.url);

/** Every damping with every frequency, 2,048 cells. The steps are powers of two, so that each value is what it says. */
export const AXES = {
  damping: { from: 0, to: 1, step: 1 / 32 },
  frequency: { from: 2, to: 6, step: 1 / 16 },
};

/** The cells that fit best, the best one first. */
export async function bestFits(grid: Grid, points: Points, most: number): Promise<Fitted[]> {
  const atom = await grid.publishFile<typeof sweep>(new URL("atom.ts", FOLDER));
  const job = await grid.submit({
    name: "damped oscillation",
    atom,
    input: { grid: AXES },
    params: points,
    reduce: { top: most, by: "fit" },
  });
  return job.result();
}

export function measuredPoints(): Points {
  return JSON.parse(readFileSync(new URL("points.json", FOLDER), "utf8"));
}

async function main(): Promise<void> {
  const fits = await bestFits(connect(), measuredPoints(), 5);
  for (const { damping, frequency, amplitude, fit } of fits) {
    console.log(`damping ${damping}, frequency ${frequency}: amplitude ${amplitude.toFixed(3)}, fit ${fit.toFixed(4)}`);
  }
}

if (isProgram(import.meta.url)) await main();
