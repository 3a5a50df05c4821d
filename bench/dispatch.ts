/**
 * No-op electrons end to end: one coordinator with durable SQLite, one Node client with one worker, a list that was uploaded
 * before, and a small result of each kept.
 */
import { Stage, until } from "@valence/e2e/processes";
import { bareSocket } from "./bare-socket.js";
import { bullmq } from "./bullmq.js";
import { versionsOf } from "./machine.js";
import { noOpJob } from "./no-op.js";
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
    const run = await noOpJob(serving, size, { coordinatorMicros: serving.process, clientMicros: client.process });
    const bare = await bareSocket(size);
    const peer = await bullmq(Math.ceil(size / PEER_SHARE), CONCURRENCIES);
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
