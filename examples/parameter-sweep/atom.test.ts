import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bareContext } from "../testing/bare-context.js";
import { type LiveGrid, liveGrid, publish } from "../testing/live-grid.js";
import atom, { type Fitted, type Points } from "./atom.js";
import { AXES, bestFits, measuredPoints } from "./submit.js";

const fitOf = (damping: number, frequency: number, points: Points) =>
  atom.process({ damping, frequency }, { ...bareContext(), params: points }) as Fitted;

describe("parameter-sweep as a plain function", () => {
  test("explains all of an oscillation that is one, with its amplitude", () => {
    const t = Array.from({ length: 50 }, (_, i) => i / 8);
    const y = t.map((time) => 3 * Math.exp(-0.5 * time) * Math.cos(2 * time - 1));
    expect(fitOf(0.5, 2, { t, y }).fit).toBeCloseTo(1, 12);
    expect(fitOf(0.5, 2, { t, y }).amplitude).toBeCloseTo(3, 12);
    expect(fitOf(0.5, 2.1, { t, y }).fit).toBeLessThan(0.999);
  });

  test("explains what the rest of two projections leaves, which is another way to compute it", () => {
    const points = measuredPoints();
    for (const [damping, frequency] of [
      [0, 2],
      [0.375, 4.25],
      [1, 5.9375],
    ] as const) {
      expect(fitOf(damping, frequency, points).fit).toBeCloseTo(fitByProjection(damping, frequency, points), 10);
    }
  });

  test("makes do without a frequency, and refuses to work without points", () => {
    expect(fitOf(0, 0, measuredPoints()).fit).toBeCloseTo(0, 12);
    expect(() => fitOf(0, 1, { t: [1], y: [] })).toThrow("params must be {t, y}");
    expect(() => atom.process({ damping: 0, frequency: 1 }, bareContext())).toThrow("params must be {t, y}");
  });
});

describe("on a grid", () => {
  let live: LiveGrid;
  beforeAll(async () => {
    live = await liveGrid();
  });
  afterAll(() => live.stop());

  test("[A10] the best cells are those that one thread finds, and the best one is what the points were made with", async () => {
    const points = measuredPoints();
    const best = await bestFits(live.grid, points, 5);
    expect(best).toEqual(inOneThread(points).slice(0, 5));
    expect(best[0]).toMatchObject({ damping: 0.375, frequency: 4.25 });
    expect(best[0]?.amplitude).toBeCloseTo(2, 1);
  });

  test("[A6] [A9] the fits of all cells are counted beside the best in one job", async () => {
    const points = measuredPoints();
    const bins = { from: 0, to: 1, bins: 10 };
    const job = await live.grid.submit<{ fit: { counts: number[] } }>({
      atom: await publish(live.grid, "parameter-sweep"),
      input: { grid: AXES },
      params: points,
      reduce: { fit: { histogram: bins }, damping: { top: 1 } },
    });
    const fits = inOneThread(points).map(({ fit }) => fit);
    const counts = Array.from(
      { length: 10 },
      (_, i) => fits.filter((fit) => fit >= i / 10 && fit < (i + 1) / 10).length,
    );
    const under = fits.filter((fit) => fit < 0).length;
    expect(await job.result()).toEqual({ fit: { counts, under, over: 0 }, damping: [0.96875] });
  });
});

/** All cells in the order of the grid, then the best ones first; of equal ones the first stays first. */
function inOneThread(points: Points): Fitted[] {
  const cells: Fitted[] = [];
  for (let i = 0; i < 32; i++) for (let j = 0; j < 64; j++) cells.push(fitOf(i / 32, 2 + j / 16, points));
  return cells.sort((a, b) => b.fit - a.fit);
}

function fitByProjection(damping: number, frequency: number, { t, y }: Points): number {
  const wave = (phase: number) => t.map((time) => Math.exp(-damping * time) * Math.cos(frequency * time + phase));
  const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const less = (a: number[], b: number[]) => a.map((x, i) => x - (dot(a, b) / dot(b, b)) * b[i]!);
  const first = wave(0.3);
  const second = less(wave(1.7), first);
  const rest = less(less(y, first), second);
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  return (
    1 -
    dot(rest, rest) /
      dot(
        y.map((value) => value - mean),
        y.map((value) => value - mean),
      )
  );
}
