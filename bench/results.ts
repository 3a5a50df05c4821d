/**
 * Kept results read back through `curl`, in item order and as committed. The yardstick is a bare HTTP server of Node that
 * sends lines of the same length from memory, as fast as the reader takes them: it reads, decodes and writes nothing.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Stage } from "@valence/e2e/processes";
import { computedJob } from "@valence/e2e/readers";
import type { Contestant, Figure, Scenario } from "./scenario.js";

const TEXT_LENGTH = 64 * 1024;

const OURS = "valence, in item order";
const FOLLOWED = "valence, as committed";

export const results: Scenario = {
  name: "results",
  what: "kept results read",
  size: 1_000_000,
  smokeSize: 2_000,
  async open(size) {
    const stage = await Stage.open();
    const serving = await stage.serve();
    const { id } = await computedJob(stage, serving, size);
    const address = `${serving.url}/api/v1/jobs/${id}/results`;
    const headers = ["-H", `Authorization: Bearer ${serving.token}`];
    const read = async (query: string) => ({ rate: (size * 1_000) / (await downloaded(address + query, headers)).ms });
    const { bytes } = await downloaded(address, headers);
    const bare = await bareHttp(bytes, size);
    const rate = (of: string): Figure => ({
      name: `rate of ${of}`,
      unit: "lines/s",
      value: { of, measure: "rate" },
      yardstick: { of: bare.name },
      targets: [{ of: "value", atLeast: 200_000 }],
    });
    return {
      contestants: [{ name: OURS, run: () => read("") }, { name: FOLLOWED, run: () => read("?follow=1") }, bare],
      figures: [rate(OURS), rate(FOLLOWED)],
      close: async () => {
        await bare.close();
        await stage.close();
      },
    };
  },
};

async function downloaded(url: string, headers: readonly string[]): Promise<{ ms: number; bytes: number }> {
  const began = performance.now();
  const curl = spawn("curl", ["-sSfN", ...headers, url, "-o", "/dev/null", "-w", "%{size_download}"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let size = "";
  curl.stdout.on("data", (text) => {
    size += text;
  });
  const [code] = await once(curl, "close");
  if (code !== 0) throw new Error(`curl ended with ${code}`);
  return { ms: performance.now() - began, bytes: Number(size) };
}

async function bareHttp(bytes: number, electrons: number): Promise<Contestant & { close(): Promise<void> }> {
  const text = "x".repeat(TEXT_LENGTH);
  const server = createServer(async (_request, response) => {
    for (let left = bytes; left > 0; left -= TEXT_LENGTH) {
      if (!response.write(left < TEXT_LENGTH ? text.slice(0, left) : text)) await once(response, "drain");
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const run = async () => ({ rate: (electrons * 1_000) / (await downloaded(`http://127.0.0.1:${port}`, [])).ms });
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { name: "bare HTTP, from memory", run, close };
}
