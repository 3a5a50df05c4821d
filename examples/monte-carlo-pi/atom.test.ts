import { reducerOf } from "@valence/coordinator/core/reduce/reducer-of";
import type { JobView } from "@valence/shared/job-view";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bareContext } from "../testing/bare-context.js";
import { type LiveGrid, liveGrid, publish } from "../testing/live-grid.js";
import atom from "./atom.js";

type Estimate = { mean: number; variance: number; low: number; high: number; n: number };

test("counts four for a hit, and its square", async () => {
  const { n, sum, sumSquares } = await atom.process({ from: 100, to: 1_000_100 }, bareContext({ seed: 314 }));
  expect(n).toBe(1_000_000);
  expect(sumSquares).toBe(4 * sum);
  expect(Math.abs(sum / n - Math.PI)).toBeLessThan(4 * Math.sqrt((Math.PI * (4 - Math.PI)) / n));
});

describe("on a grid", () => {
  let live: LiveGrid;
  beforeAll(async () => {
    live = await liveGrid();
  });
  afterAll(() => live.stop());

  test("[E5] [P5] two clients give what one thread gives, bit for bit, within 4 standard errors of π", async () => {
    const darts = { to: 20_000_001, chunk: 300_000, seed: 1_592 };
    const job = await live.grid.submit<Estimate>({
      atom: await publish(live.grid, "monte-carlo-pi"),
      input: { range: { from: 0, to: darts.to, chunk: darts.chunk } },
      reduce: "mean",
      seed: darts.seed,
    });
    const views: JobView[] = [];
    for await (const view of job.watch()) views.push(view);
    const estimate = await job.result();
    expect(estimate).toEqual(await inOneThread(darts));
    expect(estimate.n).toBe(darts.to);
    expect(Math.abs(estimate.mean - Math.PI)).toBeLessThan(4 * Math.sqrt(estimate.variance / estimate.n));
    expect(views.at(-1)?.progress).toMatchObject({ total: darts.to, done: darts.to });
  });

  test("[S10] a job for π to a hundredth ends when it is known", async () => {
    const job = await live.grid.submit<Estimate>({
      atom: await publish(live.grid, "monte-carlo-pi"),
      input: { range: { from: 0, to: 1e12, chunk: 10_000 } },
      reduce: "mean",
      policy: { stopWhen: { halfWidth: 0.01 } },
      seed: 1_592,
    });
    const { mean, low, high, n } = await job.result();
    const { stopped, progress } = await job.view();
    expect([stopped, progress.done, progress.done + progress.skipped]).toEqual([true, n, 1e12]);
    expect((high - low) / 2).toBeLessThanOrEqual(0.01 * mean);
    expect(Math.abs(mean - Math.PI)).toBeLessThan(2 * (high - low));
  });
});

async function inOneThread({ to: total, chunk, seed }: { to: number; chunk: number; seed: number }): Promise<unknown> {
  const mean = reducerOf("mean");
  let state = mean.empty();
  for (let from = 0, electron = 0; from < total; from += chunk, electron++) {
    const to = Math.min(total, from + chunk);
    const value = await atom.process({ from, to }, bareContext({ seed, item: from }));
    state = mean.fold(state, { value, electron });
  }
  return mean.read(state);
}
