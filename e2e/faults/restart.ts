/** A coordinator that is killed with much behind it: how soon it is ready, and how soon one who comes then has work. */
import { type Serving, Stage, until } from "../processes.js";
import type { Figure } from "./figure.js";
import { Hand } from "./hand.js";

/** Of the job's second half nothing ends before the test does. */
const ATOM = `export default {
  name: "half",
  process: ({ from }, { params }) => (from < params.done ? from / 7 : new Promise(() => {})),
};`;

export async function restart(samples: number, electrons: number): Promise<Figure[]> {
  const stage = await Stage.open();
  try {
    let serving = await stage.serve();
    await halfDone(stage, serving, electrons);
    const [readyMs, grantMs]: [number[], number[]] = [[], []];
    while (readyMs.length < samples) {
      await serving.end("SIGKILL");
      const began = performance.now();
      serving = await stage.serve();
      await until("readiness", async () => (await fetch(`${serving.url}/readyz`)).ok);
      readyMs.push(performance.now() - began);
      grantMs.push(await firstGrant(serving));
    }
    const done = electrons.toLocaleString("en");
    return [
      { what: `restart with ${done} electrons done → ready`, targetMs: 2_000, samplesMs: readyMs },
      { what: "then a client connects → its first lease", targetMs: 200, samplesMs: grantMs },
    ];
  } finally {
    await stage.close();
  }
}

/** Its client is killed with the leases that it holds of the other half, which wait for it at each start. */
async function halfDone(stage: Stage, { url, grid }: Serving, electrons: number): Promise<void> {
  const client = stage.work({ url }, { name: "client", threads: 2 });
  const atom = await grid.publish(ATOM);
  const input = { range: { from: 0, to: 2 * electrons, chunk: 1 } };
  const job = await grid.submit({ atom: atom.id, input, params: { done: electrons }, reduce: "sum", keep: true });
  await until("half of them", async () => (await job.view()).progress.done >= electrons, 300_000);
  await client.end("SIGKILL");
}

async function firstGrant({ url }: Serving): Promise<number> {
  const came = performance.now();
  const hand = new Hand(url);
  const { at } = await hand.granted;
  hand.close();
  return at - came;
}
