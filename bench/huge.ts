/**
 * Jobs a thousand times larger than usual: they are accepted at once, cost no more memory, and end as fast as they began. What
 * the last tenth is held against is the first one.
 */
import { type Serving, Stage, until } from "@valence/e2e/processes";
import type { JobView } from "@valence/shared/job-view";
import { residentBytesOf } from "./proc.js";
import { rateBetween, type Seen } from "./progress.js";
import type { Figure, Measures, Scenario } from "./scenario.js";

const RANGE = "a range in chunks of a million";
const GRID = "a grid of no-op cells";
const CHUNK = 1e6;
/** Items of the range for each cell of the grid. */
const ITEMS_A_CELL = 10_000;

/** The number of items in closed form: what an electron takes does not depend on its size. */
const COUNT = 'export default { name: "closed-form", process: ({ from, to }) => to - from };';
const NO_OP = 'export default { name: "no-op-cell", process: () => 1 };';

export const huge: Scenario = {
  name: "huge",
  what: "no-op cells of a grid, and ten thousand times as many items of a range",
  size: 1e8,
  smokeSize: 2_500,
  async open(size) {
    const stage = await Stage.open();
    const serving = await stage.serve();
    stage.work(serving, { name: "client" });
    await until("the client", async () => (await serving.grid.volunteers()).length === 1);
    const idleBytes = residentBytesOf(serving.process); // Fresh: no job has been seen yet, not even the warm-up.
    const run = (submission: Submission) => measured(serving, idleBytes, submission);
    const count = await serving.grid.publish(COUNT);
    const noOp = await serving.grid.publish(NO_OP);
    const axis = { from: 0, to: Math.ceil(Math.sqrt(size)), step: 1 };
    const range = { from: 0, to: size * ITEMS_A_CELL, chunk: CHUNK };
    return {
      contestants: [
        { name: RANGE, run: () => run({ atom: count.id, input: { range }, reduce: "sum" }) },
        { name: GRID, run: () => run({ atom: noOp.id, input: { grid: { x: axis, y: axis } }, reduce: "sum" }) },
      ],
      figures: [...figuresOf(RANGE), ...figuresOf(GRID), ofTenths(GRID)],
      close: () => stage.close(),
    };
  },
};

function figuresOf(contestant: string): Figure[] {
  return [
    {
      name: `submit answered: ${contestant}`,
      unit: "ms",
      value: { of: contestant, measure: "submitMs" },
      targets: [{ of: "value", atMost: 100 }],
    },
    {
      name: `memory over idle: ${contestant}`,
      unit: "MB",
      value: { of: contestant, measure: "grownMb" },
      targets: [{ of: "value", atMost: 200 }],
    },
    { name: `rate: ${contestant}`, unit: "items/s", value: { of: contestant, measure: "rate" } },
  ];
}

function ofTenths(contestant: string): Figure {
  return {
    name: `last tenth: ${contestant}`,
    unit: "items/s",
    value: { of: contestant, measure: "lastTenth" },
    yardstick: { of: contestant, measure: "firstTenth" },
    targets: [{ of: "ratio", atLeast: 0.9 }],
  };
}

type Submission = Parameters<Serving["grid"]["submit"]>[0];

/** @param idleBytes resident memory of the coordinator before it had seen a job */
async function measured({ grid, process }: Serving, idleBytes: number, submission: Submission): Promise<Measures> {
  const began = performance.now();
  const job = await grid.submit(submission);
  const submitMs = performance.now() - began;
  const seen: Seen[] = [{ at: performance.now(), done: 0 }];
  let [most, last] = [residentBytesOf(process), null as JobView | null];
  for await (const view of job.watch()) {
    seen.push({ at: performance.now(), done: view.progress.done });
    most = Math.max(most, residentBytesOf(process));
    last = view;
  }
  if (last?.state !== "succeeded" || last.result !== last.progress.total)
    throw new Error(`not the sum: ${JSON.stringify(last)}`);
  const { total } = last.progress;
  return {
    submitMs,
    grownMb: Math.max(0, most - idleBytes) / 1e6,
    rate: rateBetween(seen, 0, total),
    firstTenth: rateBetween(seen, 0, total * 0.1),
    lastTenth: rateBetween(seen, total * 0.9, total),
  };
}
