/**
 * Lines in: a real coordinator that checks each and makes them durable, and how much memory that takes it. The yardstick is a bare
 * Express handler that writes the same bytes to a file.
 */
import { once } from "node:events";
import { request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { MemoryWatch, numberLines } from "@valence/e2e/lines";
import { Stage } from "@valence/e2e/processes";
import { bareFiles } from "./bare-files.js";
import type { Measures, Scenario } from "./scenario.js";

const OURS = "valence, durable";
const BARE = "bare Express, to a file";

export const upload: Scenario = {
  name: "upload",
  what: "lines of NDJSON sent",
  size: 1_000_000,
  smokeSize: 2_000,
  async open(size) {
    const stage = await Stage.open();
    const { url, grid } = await stage.serve();
    const bare = await bareFiles();
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
      contestants: [
        { name: OURS, run },
        { name: BARE, run: () => bareRun(bare.url, size) },
      ],
      figures: [
        {
          name: "rate",
          unit: "lines/s",
          value: { of: OURS, measure: "rate" },
          yardstick: { of: BARE },
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

async function bareRun(url: string, lines: number): Promise<Measures> {
  const began = performance.now();
  const asking = request(url, { method: "POST", agent: false });
  const answer = once(asking, "response");
  await pipeline(Readable.from(numberLines(lines), { objectMode: false }), asking);
  const [response] = await answer;
  for await (const _ of response);
  return { rate: (lines * 1_000) / (performance.now() - began) };
}
