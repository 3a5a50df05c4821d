/** Puts tiles together as they come, in whatever order: `valence job results … --json | node examples/dist/mandelbrot/picture.js file.png`. */
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fromJson } from "@valence/shared/value-json";
import { isProgram } from "../program.js";
import type { View } from "./atom.js";
import { png } from "./png.js";

/** The view that the commands name. */
export function wholeView(): View {
  return JSON.parse(readFileSync(new URL("../../mandelbrot/view.json", import.meta.url), "utf8"));
}

export class Picture {
  /** Steps of each pixel, row by row; 0 where no tile has come. */
  readonly steps: Uint16Array;
  readonly #view: View;

  constructor(view: View) {
    this.#view = view;
    this.steps = new Uint16Array(view.width * view.height);
  }

  /** @param item the number of the tile's cell in a grid of rows and columns, the columns running fastest */
  place(item: number, tile: Uint16Array): void {
    const { width, tile: side } = this.#view;
    const columns = Math.ceil(width / side);
    const [top, left] = [Math.floor(item / columns) * side, (item % columns) * side];
    const across = Math.min(side, width - left);
    for (let row = 0; row * across < tile.length; row++) {
      this.steps.set(tile.subarray(row * across, (row + 1) * across), (top + row) * width + left);
    }
  }

  png(): Buffer {
    const { width, height, iterations } = this.#view;
    const pixels = new Uint8Array(3 * width * height);
    for (const [i, steps] of this.steps.entries()) {
      if (steps < iterations) pixels.set(colourOf(steps), 3 * i); // what never leaves is black
    }
    return png(width, height, pixels);
  }
}

/** From night blue over white to gold and back, ever slower. */
function colourOf(steps: number): [number, number, number] {
  const turn = Math.sqrt(steps) / 2.5;
  const wave = (shift: number) => Math.round(127.5 - 127.5 * Math.cos(turn + shift));
  return [wave(0), wave(0.35), wave(0.8)];
}

async function main(file: string): Promise<void> {
  const picture = new Picture(wholeView());
  for await (const line of createInterface({ input: process.stdin })) {
    const { item, result } = JSON.parse(line);
    picture.place(item, fromJson(result) as Uint16Array);
  }
  writeFileSync(file, picture.png());
}

if (isProgram(import.meta.url)) {
  await main(process.argv[2] ?? "mandelbrot.png");
}
