import { inflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bareContext } from "../testing/bare-context.js";
import { type LiveGrid, liveGrid } from "../testing/live-grid.js";
import atom, { type View } from "./atom.js";
import { Picture, wholeView } from "./picture.js";
import { painted } from "./submit.js";

/** What one thread computes in one go. */
async function alone(view: View): Promise<Uint16Array> {
  const tile = { ...view, tile: Math.max(view.width, view.height) };
  return atom.process({ row: 0, column: 0 }, { ...bareContext(), params: tile });
}

/** A picture whose last tiles are cut on both sides. */
const ODD: View = { width: 70, height: 50, tile: 32, re: -0.5, im: 0.1, pixel: 0.04, iterations: 100 };

describe("mandelbrot as a plain function", () => {
  test("points that are known to stay stay, and those that are known to leave leave", async () => {
    const at = async (re: number, im: number) =>
      (await alone({ width: 1, height: 1, tile: 1, re, im, pixel: 1e-9, iterations: 1_000 }))[0];
    for (const [re, im] of [
      [0, 0],
      [-1, 0],
      [-0.1, 0.75],
      [0.25, 0],
    ] as const)
      expect(await at(re, im)).toBe(1_000);
    for (const [re, im] of [
      [0.3, 0],
      [-2.1, 0],
      [0.5, 0.5],
      [2, 2],
    ] as const)
      expect(await at(re, im)).toBeLessThan(20);
  });

  test("the area of the set is about 1.507", async () => {
    const view = wholeView();
    const inside = (await alone(view)).filter((steps) => steps === view.iterations).length;
    expect(inside * view.pixel ** 2).toBeCloseTo(1.507, 2); // https://oeis.org/A098403
  });

  test("a picture is the same whatever the order of its tiles, and its PNG holds each pixel", async () => {
    const whole = await alone(ODD);
    const picture = new Picture(ODD);
    for (const item of [5, 0, 3, 1, 4, 2]) {
      const tile = { row: Math.floor(item / 3), column: item % 3 };
      picture.place(item, await atom.process(tile, { ...bareContext(), params: ODD }));
    }
    expect(picture.steps).toEqual(whole);
    const png = picture.png();
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([ODD.width, ODD.height]);
    const rows = inflateSync(png.subarray(png.indexOf("IDAT") + 4, png.indexOf("IEND") - 8));
    expect(rows).toHaveLength((3 * ODD.width + 1) * ODD.height);
    const black = [...whole.keys()].find((i) => whole[i] === ODD.iterations) ?? 0;
    const at = Math.floor(black / ODD.width) * (3 * ODD.width + 1) + 1 + 3 * (black % ODD.width);
    expect([...rows.subarray(at, at + 3)]).toEqual([0, 0, 0]);
  });

  test("without a view it fails for good", () => {
    expect(() => atom.process({ row: 0, column: 0 }, bareContext())).toThrow("params must be a view");
  });
});

describe("on a grid", () => {
  let live: LiveGrid;
  beforeAll(async () => {
    live = await liveGrid();
  });
  afterAll(() => live.stop());

  test("[I3] [E5] the picture has the bits of a single thread", async () => {
    const { steps } = await painted(live.grid, ODD);
    expect(steps).toEqual(await alone(ODD));
  });
});
