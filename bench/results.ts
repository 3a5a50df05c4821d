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
import type { Contestant, Scenario } from "./scenario.js";

const TEXT_LENGTH = 64 * 1024;

export async function results(electrons: number): Promise<Scenario> {
  const stage = await Stage.open();
  const serving = await stage.serve();
  const { id } = await computedJob(stage, serving, electrons);
  const address = `${serving.url}/api/v1/jobs/${id}/results`;
  const headers = ["-H", `Authorization: Bearer ${serving.token}`];
  const read = async (query: string) => {
    const { ms } = await downloaded(address + query, headers);
    return (electrons * 1_000) / ms;
  };
  const { bytes } = await downloaded(address, headers);
  const bare = await bareHttp(bytes, electrons);
  return {
    name: "results",
    unit: "lines/s",
    contestants: [
      { name: "valence, in item order", run: () => read("") },
      { name: "valence, as committed", run: () => read("?follow=1") },
      bare,
    ],
    close: async () => {
      await bare.close();
      await stage.close();
    },
  };
}

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
  const run = async () => (electrons * 1_000) / (await downloaded(`http://127.0.0.1:${port}`, [])).ms;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { name: "bare HTTP, from memory", run, close };
}
