/** Lines in: a real coordinator that makes each upload durable, and how much memory that takes it. */
import { Readable } from "node:stream";
import { MemoryWatch, numberLines } from "@valence/e2e/lines";
import { Stage } from "@valence/e2e/processes";
import { bareLines } from "./bare-lines.js";
import type { Scenario } from "./scenario.js";

export async function upload(lines: number): Promise<Scenario> {
  const stage = await Stage.open();
  const { url, grid } = await stage.serve();
  const bare = await bareLines(lines);
  const memory = await MemoryWatch.start(url);
  const run = async (): Promise<number> => {
    const began = performance.now();
    const { id, items } = await grid.upload(Readable.from(numberLines(lines), { objectMode: false }));
    const rate = (items * 1_000) / (performance.now() - began);
    await grid.deleteUpload(id);
    return rate;
  };
  return {
    name: "upload",
    unit: "lines/s",
    contestants: [{ name: "valence, durable", run }, bare],
    remark: async () => {
      const { before, most } = await memory.stop();
      const mb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
      return `resident memory of the coordinator: ${mb(before)} before, ${mb(most)} at most, ${mb(most - before)} more`;
    },
    close: async () => {
      await bare.close();
      await stage.close();
    },
  };
}
