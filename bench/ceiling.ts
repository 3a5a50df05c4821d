/** What a coordinator can do at most: the job of `dispatch`, and 32 connected clients that compute nothing. */
import { Stage, until } from "@valence/e2e/processes";
import { bareSocket } from "./bare-socket.js";
import { idleClients } from "./idle-clients.js";
import { noOpJob } from "./no-op.js";
import type { Scenario } from "./scenario.js";

const CLIENTS = 32;
/** Few, since on a small machine each takes a core from the coordinator now and then. */
const PROCESSES = 4;
const OURS = `valence, durable, ${CLIENTS} clients`;

export const ceiling: Scenario = {
  name: "ceiling",
  what: "no-op electrons of a list, results kept",
  size: 1_000_000,
  smokeSize: 20_000,
  async open(size) {
    const stage = await Stage.open();
    const serving = await stage.serve();
    const clients = await idleClients(serving.url, { clients: CLIENTS, processes: PROCESSES });
    await until("the clients", async () => (await serving.grid.stats()).volunteers === CLIENTS);
    const run = await noOpJob(serving, size, { coordinatorMicros: serving.process });
    const bare = await bareSocket(size);
    return {
      contestants: [{ name: OURS, run }, bare],
      figures: [
        {
          name: "rate",
          unit: "electrons/s",
          value: { of: OURS, measure: "rate" },
          yardstick: { of: bare.name },
          targets: [{ of: "value", atLeast: 600_000 }],
        },
        {
          name: "CPU of the coordinator",
          unit: "µs/electron",
          value: { of: OURS, measure: "coordinatorMicros" },
          targets: [{ of: "value", atMost: 1.5 }],
        },
      ],
      close: async () => {
        await bare.close();
        await clients.close();
        await stage.close();
      },
    };
  },
};
