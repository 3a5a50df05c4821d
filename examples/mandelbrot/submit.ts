/** Paints the Mandelbrot set on a grid: `node examples/dist/mandelbrot/submit.js [file.png]`. */
import { writeFileSync } from "node:fs";
import { connect } from "@valence/client-node/sdk/connect";
import type { Grid } from "@valence/client-node/sdk/grid";
import { isProgram } from "../program.js";
import type mandelbrot from "./atom.js";
import type { View } from "./atom.js";
import { Picture, wholeView } from "./picture.js";

const ATOM = new URL("../../mandelbrot/atom.ts", import.meta.url);

/** One electron a tile; each is put into the picture as soon as it is there. */
export async function painted(grid: Grid, view: View): Promise<Picture> {
  const atom = await grid.publishFile<typeof mandelbrot>(ATOM);
  const tiles = (pixels: number) => ({ from: 0, to: Math.ceil(pixels / view.tile), step: 1 });
  const job = await grid.submit({
    name: `Mandelbrot set, ${view.width} by ${view.height}`,
    atom,
    input: { grid: { row: tiles(view.height), column: tiles(view.width) } },
    params: view,
  });
  const picture = new Picture(view);
  for await (const { item, result } of job.results({ follow: true })) picture.place(item, result);
  await job.result(); // throws when the job has failed, and tiles are missing
  return picture;
}

async function main(file: string): Promise<void> {
  const view = wholeView();
  const picture = await painted(connect(), view);
  writeFileSync(file, picture.png());
  const inside = picture.steps.filter((steps) => steps === view.iterations).length;
  console.log(`${file}: an area of ${(inside * view.pixel ** 2).toFixed(3)}`);
}

if (isProgram(import.meta.url)) {
  await main(process.argv[2] ?? "mandelbrot.png");
}
