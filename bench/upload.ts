/** Lines in: a real coordinator that makes each upload durable, and how much memory that takes it. */
import { Readable } from "node:stream";
import { MemoryWatch, numberLines } from "@valence/e2e/lines";
import { Stage } from "@valence/e2e/processes";
import { bareLines } from "./bare-lines.js";
import type { Scenario } from "./scenario.js";

const OURS = "valence, durable";

export const upload: Scenario = {
  name: "upload",
  what: "lines of NDJSON sent",
  size: 1_000_000,
  smokeSize: 2_000,
  async open(size) {
    const stage = await Stage.open();
    const { url, grid } = await stage.serve();
    const bare = await bareLines(size);
    const run = async () => {
      const memory = await MemoryWatch.start(url);
      const began = performance.now();
      const { id, items } = await grid.upload(Readable.from(numberLines(size), { objectMode: false }));
      const rate = (items * 1_000) / (performance.now() - began);
      const { before, most } = await memory.stop();
      await grid.deleteUpload(id);
      return { rate, grownMb: (most - before) / 1e6 };
    };
    return {
      contestants: [{ name: OURS, run }, bare],
      figures: [
        {
          name: "rate",
          unit: "lines/s",
          value: { of: OURS, measure: "rate" },
          yardstick: { of: bare.name },
          targets: [{ of: "value", atLeast: 100_000 }],
        },
        { name: "growth of memory", unit: "MB", value: { of: OURS, measure: "grownMb" } },
      ],
      close: async () => {
        await bare.close();
        await stage.close();
      },
    };
  },
};
