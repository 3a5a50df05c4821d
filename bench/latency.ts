/**
 * How long a submitter waits for one electron: from the submit to the answer, through the SDK, over one client that is at rest. The
 * clock leaves out nothing but the publishing of the atom.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type Serving, Stage, until } from "@valence/e2e/processes";
import { quantile } from "@valence/e2e/quantile";
import { bareParts } from "./bare-parts.js";
import type { Measures, Scenario } from "./scenario.js";

const WARM = "valence, atom loaded";
const COLD = "valence, cold atom";
/** A cold one takes ten times as long, and each opens a thread. */
const COLD_SHARE = 10;
/** Between two submits: what the coordinator allows a second is not what is measured. */
const PAUSE_MS = 10;

export const latency: Scenario = {
  name: "latency",
  what: "jobs of one electron, one after the other",
  size: 200,
  smokeSize: 10,
  async open(size) {
    const stage = await Stage.open();
    const serving = await stage.serve();
    stage.work(serving, { name: "client" });
    await until("the client", async () => (await serving.grid.volunteers()).length === 1);
    const bare = await bareParts(size, PAUSE_MS);
    const warm = await published(serving);
    return {
      contestants: [
        { name: WARM, run: () => waits(serving, size, async () => warm) },
        { name: COLD, run: () => waits(serving, Math.ceil(size / COLD_SHARE), () => published(serving)) },
        bare,
      ],
      figures: [
        {
          name: "p50, atom loaded",
          unit: "ms",
          value: { of: WARM, measure: "p50" },
          yardstick: { of: bare.name },
          targets: [{ of: "ratio", atMost: 2 }],
        },
        {
          name: "p99, atom loaded",
          unit: "ms",
          value: { of: WARM, measure: "p99" },
          yardstick: { of: bare.name },
          targets: [{ of: "value", atMost: 10 }],
        },
        { name: "p50, cold atom", unit: "ms", value: { of: COLD, measure: "p50" }, yardstick: { of: bare.name } },
      ],
      close: async () => {
        await bare.close();
        await stage.close();
      },
    };
  },
};

let atoms = 0;

async function published({ grid }: Serving): Promise<string> {
  const source = `/* ${atoms++} */ export default { name: "one", process: (n) => n + 1 };`;
  return (await grid.publish(source)).id;
}

async function waits({ grid }: Serving, count: number, atomFor: () => Promise<string>): Promise<Measures> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const atom = await atomFor();
    await delay(PAUSE_MS);
    const began = performance.now();
    const answer = await (await grid.submit({ atom, input: { list: [n] }, reduce: "sum" })).result();
    times.push(performance.now() - began);
    if (answer !== n + 1) throw new Error(`the answer is ${answer}, and not ${n + 1}`);
  }
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}
