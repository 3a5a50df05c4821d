/** One tile of a picture of the Mandelbrot set: how many steps each point takes to leave, as far as they are counted. */
import { defineAtom } from "@valence/shared/atom";

/** A tile by its place in the picture, both from 0. */
export type Tile = { row: number; column: number };
/** The job's params: a picture of `width` by `height` pixels in square tiles, whose middle is `re + im·i`, and how wide a pixel is there. */
export type View = {
  width: number;
  height: number;
  tile: number;
  re: number;
  im: number;
  pixel: number;
  iterations: number;
};

export default defineAtom<Tile, Uint16Array>({
  name: "mandelbrot",
  payload: {
    type: "object",
    required: ["row", "column"],
    properties: { row: { type: "integer", minimum: 0 }, column: { type: "integer", minimum: 0 } },
  },
  process({ row, column }, { params, fail }) {
    const view = params as View | null;
    if (view === null || !(view.iterations < 65_536)) return fail("params must be a view", { retryable: false });
    const [top, left] = [row * view.tile, column * view.tile];
    const [bottom, right] = [Math.min(view.height, top + view.tile), Math.min(view.width, left + view.tile)];
    const steps = new Uint16Array(Math.max(0, bottom - top) * Math.max(0, right - left));
    let at = 0;
    for (let y = top; y < bottom; y++) {
      const im = view.im + (view.height / 2 - y - 0.5) * view.pixel;
      for (let x = left; x < right; x++) {
        const re = view.re + (x + 0.5 - view.width / 2) * view.pixel;
        steps[at++] = stepsOf(re, im, view.iterations);
      }
    }
    return steps;
  },
});

/** Of `z ← z² + c` from 0, until `|z| > 2`; `most` for points that have not left by then. Products and sums alone, which are the same in every engine. */
function stepsOf(re: number, im: number, most: number): number {
  let [x, y] = [0, 0];
  for (let step = 0; step < most; step++) {
    const [xx, yy] = [x * x, y * y];
    if (xx + yy > 4) return step;
    y = 2 * x * y + im;
    x = xx - yy + re;
  }
  return most;
}
