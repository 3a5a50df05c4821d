/**
 * How much of the volunteers' cores goes into atoms: Monte Carlo π on all cores but one, in pieces of about 100 ms and of 5 ms, against the
 * same kernel in bare threads. The clock runs from the submit to the answer: opening the worker and finding the size of leases counts.
 *
 * The bare threads are new for each run, as ours mostly are, though opening them does not count: what V8 makes of one and the same loop
 * differs by 3 % from thread to thread, and one that lived through all rounds would carry its luck through all ratios.
 */
import { availableParallelism } from "node:os";
import { type Serving, Stage, until } from "@valence/e2e/processes";
import { BareThreads, type Pieces } from "./bare-threads.js";
import { PI_ATOM } from "./pi-kernel.js";
import type { Contestant, Figure, Scenario } from "./scenario.js";

const CASES = [
  { pieceMs: 100, atLeast: 0.98 },
  { pieceMs: 5, atLeast: 0.93 },
] as const;

export const efficiency: Scenario = {
  name: "efficiency",
  what: "ms of computing on each thread",
  size: 10_000,
  smokeSize: 100,
  /** One of the longer pieces. */
  sizeMin: 100,
  async open(size) {
    const threads = Math.max(1, availableParallelism() - 1);
    const stage = await Stage.open();
    const serving = await stage.serve();
    stage.work(serving, { name: "client", threads });
    await until("the client", async () => (await serving.grid.volunteers()).length === 1);
    const { id: atom } = await serving.grid.publish(PI_ATOM);
    const perMs = (await withBare(threads, (bare) => tossesASecond(bare, threads))) / threads / 1_000;
    const contestants: Contestant[] = [];
    const figures: Figure[] = [];
    for (const { pieceMs, atLeast } of CASES) {
      const chunk = Math.ceil(perMs * pieceMs);
      const pieces = { total: chunk * Math.ceil(size / pieceMs) * threads, chunk };
      const ours = { name: `valence, pieces of ${pieceMs} ms`, run: () => computed(serving, atom, pieces) };
      const theirs = {
        name: `bare threads, ${pieceMs} ms`,
        run: async () => ({ rate: await withBare(threads, (bare) => bare.run(pieces)) }),
      };
      contestants.push(ours, theirs);
      figures.push({
        name: `pieces of ${pieceMs} ms, ${threads} ${threads === 1 ? "thread" : "threads"}`,
        unit: "tosses/s",
        value: { of: ours.name, measure: "rate" },
        yardstick: { of: theirs.name },
        targets: [{ of: "ratio", atLeast }],
      });
    }
    return {
      contestants,
      figures,
      close: () => stage.close(),
    };
  },
};

/** Threads of their own, which end with what they are for. */
async function withBare(threads: number, act: (bare: BareThreads) => Promise<number>): Promise<number> {
  const bare = await BareThreads.open(threads);
  try {
    return await act(bare);
  } finally {
    await bare.close();
  }
}

/** The second of two tries: in the first the kernel is compiled. */
async function tossesASecond(bare: BareThreads, threads: number): Promise<number> {
  const pieces = { total: 20e6 * threads, chunk: 1e6 };
  await bare.run(pieces);
  return bare.run(pieces);
}

async function computed({ grid }: Serving, atom: string, { total, chunk }: Pieces): Promise<{ rate: number }> {
  const began = performance.now();
  const job = await grid.submit({ atom, input: { range: { from: 0, to: total, chunk } }, reduce: "sum" });
  await job.result();
  return { rate: (total * 1_000) / (performance.now() - began) };
}
