/** No-op electrons end to end: a real coordinator with durable SQLite, one real client with one worker, results kept. */
import { Stage, until } from "@valence/e2e/processes";
import { bareSocket } from "./bare-socket.js";
import type { Scenario } from "./scenario.js";

export async function noOp(electrons: number): Promise<Scenario> {
  const stage = await Stage.open();
  const serving = await stage.serve();
  stage.work(serving, { name: "client" });
  await until("the client", async () => (await serving.grid.volunteers()).length === 1);
  const atom = await serving.grid.publish('export default { name: "no-op", process: ({ from }) => from };');
  const bare = await bareSocket(electrons);
  const run = async (): Promise<number> => {
    const began = performance.now();
    const job = await serving.grid.submit({ atom: atom.id, input: { range: { from: 0, to: electrons, chunk: 1 } } });
    await job.result();
    return (electrons * 1_000) / (performance.now() - began);
  };
  return {
    name: "no-op",
    unit: "electrons/s",
    contestants: [{ name: "valence, durable, one Node client", run }, bare],
    close: async () => {
      await bare.close();
      await stage.close();
    },
  };
}
