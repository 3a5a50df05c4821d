/** Whole processes that are killed half-way: the answer is the one that a single thread gives, to the bit. */
import { createInterface } from "node:readline";
import { reducerOf } from "@valence/coordinator/core/reduce/reducer-of";
import type { ReduceRule } from "@valence/shared/reduce-rule";
import type { Value } from "@valence/shared/value";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Running, type Serving, Stage, until } from "./processes.js";

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

const ELECTRONS = 400;
const CHUNK = 7;

/** Each electron takes some 10 ms, and leaves the machine to others. */
const SLOW = "await new Promise((resolve) => setTimeout(resolve, 10));";

const ATOMS = [
  {
    source: `export default { name: "integers", async process({ from, to }) { ${SLOW} let sum = 0; for (let i = from; i < to; i++) sum += i; return sum; } };`,
    compute: (from: number, to: number) => {
      let sum = 0;
      for (let i = from; i < to; i++) sum += i;
      return sum;
    },
  },
  // Doubles of very different size and sign: their sum depends on the order of adding, unless it is exact.
  {
    source: `export default { name: "doubles", async process({ from }) { ${SLOW} return ((from * 7919) % 1009 - 504.5) * 10 ** ((from * 31) % 40 - 20) / 3; } };`,
    compute: (from: number) => ((((from * 7919) % 1009) - 504.5) * 10 ** (((from * 31) % 40) - 20)) / 3,
  },
];

function serial(rule: ReduceRule, compute: (from: number, to: number) => number): Value {
  const reducer = reducerOf(rule);
  let fold = reducer.empty();
  for (let electron = 0; electron < ELECTRONS; electron++) {
    const value = compute(electron * CHUNK, (electron + 1) * CHUNK);
    fold = reducer.fold(fold, { value, electron });
  }
  return reducer.read(fold);
}

/** Kills the coordinator and starts it again at the same place. */
async function killed(serving: Serving): Promise<Serving> {
  await serving.end("SIGKILL");
  return stage.serve({ port: serving.port });
}

describe("a client killed, and the coordinator killed twice", () => {
  test("[K1] [E5] sums of integers and of awkward doubles are the single-threaded ones, each electron counted once", async () => {
    let serving = await stage.serve();
    const doomed = stage.work(serving, { name: "doomed" });
    const survivor = stage.work(serving, { name: "survivor" });
    const jobs: { id: string; compute: (from: number, to: number) => number }[] = [];
    for (const { source, compute } of ATOMS) {
      const atom = await serving.grid.publish(source);
      const input = { range: { from: 0, to: ELECTRONS * CHUNK, chunk: CHUNK } };
      const { id } = await serving.grid.submit({ atom: atom.id, input, reduce: "sum", keep: true });
      jobs.push({ id, compute });
    }
    const done = async (share: number) => {
      const views = await Promise.all(jobs.map(({ id }) => serving.grid.job(id).view()));
      return views.every(({ progress }) => progress.done > share * progress.total);
    };

    await until("a tenth of each", () => done(0.1));
    serving = await killed(serving);
    await until("a quarter of each", () => done(0.25));
    await doomed.end("SIGKILL");
    await until("half of each", () => done(0.5));
    serving = await killed(serving);

    for (const { id, compute } of jobs) {
      const job = serving.grid.job(id);
      expect(await job.result()).toBe(serial("sum", compute));
      const electrons: number[] = [];
      for await (const line of job.results()) electrons.push(line.electron);
      expect(electrons).toEqual(Array.from({ length: ELECTRONS }, (_, i) => i));
    }
    expect(await survivor.end("SIGTERM")).toBe(0);
  });

  test("[K2] [K4] what a client finished while the coordinator was away is delivered, not computed again", async () => {
    const serving = await stage.serve();
    const { leases, isIdle } = told(stage.work(serving, { name: "worker" }));
    const clock = await serving.grid.publish(
      `export default { name: "clock", async process() { ${SLOW} return Date.now(); } };`,
    );
    const input = { range: { from: 0, to: ELECTRONS, chunk: 1 } };
    const job = await serving.grid.submit({ atom: clock.id, input });
    await until("a lease of two seconds that has just begun, and one behind it", async () => {
      const { done, leased } = (await job.view()).progress;
      const [grown, last] = leases.slice(-2);
      // One that its speed made smaller than eight times the one before; those before it are short.
      if (!grown || !last || sizeOf(last) < sizeOf(grown) || sizeOf(last) >= 8 * sizeOf(grown)) return false;
      return done < (last.from + last.to) / 2 && leased > sizeOf(last);
    });

    await serving.end("SIGKILL");
    const away = Date.now();
    const { length } = leases;
    await until("the end of that lease", () => leases.length > length || isIdle());
    const back = Date.now();
    const again = await stage.serve({ port: serving.port });
    const results: number[] = []; // `results` waits for the end of the job
    for await (const { result } of again.grid.job(job.id).results<number>()) results.push(result);
    const { from, to } = leases[length - 1]!;
    const inLease = results.slice(from, to);
    expect(inLease.filter((at) => at > away)).not.toEqual([]);
    expect(inLease.filter((at) => at > back)).toEqual([]);
  });
});

type Lease = { readonly from: number; readonly to: number };

function sizeOf({ from, to }: Lease): number {
  return to - from;
}

/** What a client tells of itself: the leases that it began, in that order, and now and then that it has nothing more to do. */
function told({ process: client }: Running) {
  const leases: Lease[] = [];
  let busy = 1;
  createInterface({ input: client.stdout! }).on("line", (line) => {
    const record = JSON.parse(line);
    if (record.type === "lease") leases.push(record);
    if (record.type === "lease" || record.type === "counters") busy = record.busy ?? 1;
  });
  return { leases, isIdle: () => busy === 0 };
}
