/** Kept results read back through `curl`, in item order and as committed. The yardstick is a bare Express handler that sends the same bytes from a file. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { MemoryWatch } from "@valence/e2e/lines";
import { Stage } from "@valence/e2e/processes";
import { computedJob } from "@valence/e2e/readers";
import { bareFiles } from "./bare-files.js";
import type { Figure, Measures, Scenario } from "./scenario.js";

const OURS = "valence, in item order";
const FOLLOWED = "valence, as committed";
const BARE = "bare Express, from a file";

export const download: Scenario = {
  name: "download",
  what: "kept results read",
  size: 1_000_000,
  smokeSize: 2_000,
  async open(size) {
    const stage = await Stage.open();
    const serving = await stage.serve();
    const { id } = await computedJob(stage, serving, size);
    const address = `${serving.url}/api/v1/jobs/${id}/results`;
    const headers = ["-H", `Authorization: Bearer ${serving.token}`];
    const bare = await bareFiles();
    await curl([...headers, address, "-o", `${stage.dir}/results`]);
    await curl(["-T", `${stage.dir}/results`, "-X", "POST", bare.url]);
    const read = async (url: string): Promise<Measures> => {
      const memory = await MemoryWatch.start(serving.url);
      const began = performance.now();
      await curl([...headers, url, "-o", "/dev/null"]);
      const rate = (size * 1_000) / (performance.now() - began);
      const { before, most } = await memory.stop();
      return { rate, grownMb: (most - before) / 1e6 };
    };
    return {
      contestants: [
        { name: OURS, run: () => read(address) },
        { name: FOLLOWED, run: () => read(`${address}?follow=1`) },
        { name: BARE, run: () => read(bare.url) },
      ],
      figures: [...figuresOf(OURS), ...figuresOf(FOLLOWED)],
      close: async () => {
        await bare.close();
        await stage.close();
      },
    };
  },
};

function figuresOf(of: string): Figure[] {
  return [
    {
      name: `rate of ${of}`,
      unit: "lines/s",
      value: { of, measure: "rate" },
      yardstick: { of: BARE },
      targets: [{ of: "value", atLeast: 200_000 }],
    },
    { name: `growth of memory of ${of}`, unit: "MB", value: { of, measure: "grownMb" } },
  ];
}

async function curl(args: readonly string[]): Promise<void> {
  const child = spawn("curl", ["-sSfN", ...args], { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`curl ended with ${code}`);
}
