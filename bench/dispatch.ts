/**
 * No-op electrons end to end: one coordinator with durable SQLite, one Node client with one worker, a list that was uploaded
 * before, and a small result of each kept. The clock runs from the submit to the job's end as the submitter sees it.
 */
import { Readable } from "node:stream";
import { Stage, until } from "@valence/e2e/processes";
import { bareSocket } from "./bare-socket.js";
import { bullmq } from "./bullmq.js";
import { listLines } from "./list-lines.js";
import { versionsOf } from "./machine.js";
import { cpuMicrosOf } from "./proc.js";
import type { Scenario } from "./scenario.js";

const OURS = "valence, durable, one Node client";
const CONCURRENCIES = [100, 200];
/** BullMQ is given fewer jobs: at a twentieth of the rate the same number would take an hour, and its rate falls with the number. */
const PEER_SHARE = 10;

export const dispatch: Scenario = {
  name: "dispatch",
  what: "no-op electrons of a list, results kept",
  size: 1_000_000,
  smokeSize: 2_000,
  async open(size) {
    const stage = await Stage.open();
    const serving = await stage.serve();
    const client = stage.work(serving, { name: "client" });
    await until("the client", async () => (await serving.grid.volunteers()).length === 1);
    const atom = await serving.grid.publish('export default { name: "no-op", process: ({ n }) => n };');
    const upload = await serving.grid.upload(Readable.from(listLines(size), { objectMode: false }));
    const bare = await bareSocket(size);
    const peer = await bullmq(Math.ceil(size / PEER_SHARE), CONCURRENCIES);
    const run = async () => {
      const before = [cpuMicrosOf(serving.process), cpuMicrosOf(client.process)] as const;
      const began = performance.now();
      const job = await serving.grid.submit({ atom: atom.id, input: { list: { upload: upload.id } } });
      await job.result();
      const rate = (size * 1_000) / (performance.now() - began);
      const coordinatorMicros = (cpuMicrosOf(serving.process) - before[0]) / size;
      const clientMicros = (cpuMicrosOf(client.process) - before[1]) / size;
      return { rate, coordinatorMicros, clientMicros };
    };
    return {
      contestants: [{ name: OURS, run }, bare, ...peer.contestants],
      figures: [
        {
          name: "rate beside bare Socket.IO",
          unit: "electrons/s",
          value: { of: OURS, measure: "rate" },
          yardstick: { of: bare.name },
          targets: [
            { of: "value", atLeast: 200_000 },
            { of: "ratio", atLeast: 1 / 6 },
          ],
        },
        ...peer.contestants.map(({ name }) => ({
          name: `rate beside ${name}`,
          unit: "electrons/s",
          value: { of: OURS, measure: "rate" },
          yardstick: { of: name },
          targets: [{ of: "ratio" as const, atLeast: 10 }],
        })),
        { name: "CPU of the coordinator", unit: "µs/electron", value: { of: OURS, measure: "coordinatorMicros" } },
        { name: "CPU of the client", unit: "µs/electron", value: { of: OURS, measure: "clientMicros" } },
      ],
      versions: { ...versionsOf("bullmq", "ioredis"), ...peer.versions },
      close: async () => {
        await peer.close();
        await bare.close();
        await stage.close();
      },
    };
  },
};
