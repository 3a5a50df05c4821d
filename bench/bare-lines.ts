/** The yardstick of uploads: a bare HTTP server in a process of its own that parses each line, counts it, and keeps nothing. */
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { numberLines } from "@valence/e2e/lines";
import { ended, inOwnProcess, ownArguments, said } from "./in-own-process.js";
import type { Contestant } from "./scenario.js";

export async function bareLines(lines: number): Promise<Contestant & { close(): Promise<void> }> {
  const child = inOwnProcess(import.meta.url, []);
  const port = await said<number>(child);
  return {
    name: "bare HTTP, JSON.parse of each line",
    async run() {
      const began = performance.now();
      const asking = request({ host: "127.0.0.1", port, method: "POST", agent: false });
      const answer = once(asking, "response");
      await pipeline(Readable.from(numberLines(lines), { objectMode: false }), asking);
      const [response] = await answer;
      for await (const _ of response);
      return { rate: (lines * 1_000) / (performance.now() - began) };
    },
    close: () => ended(child),
  };
}

function serve(): void {
  const server = createServer(async (asked, response) => {
    let sum = 0;
    for await (const line of createInterface({ input: asked })) sum += (JSON.parse(line) as { n: number }).n;
    response.end(String(sum));
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
}

if (ownArguments(import.meta.url)) serve();
