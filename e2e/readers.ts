/** Readers of kept results as strangers are: `curl`, and one that stops reading. And what they cost the coordinator. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import type { Job } from "@valence/client-node/sdk/job";
import { MemoryWatch } from "./lines.js";
import { type Serving, type Stage, until } from "./processes.js";

/** A job whose results are kept and computed: a number for each electron. The client that did it goes on working. */
export async function computedJob(stage: Stage, serving: Serving, electrons: number): Promise<Job> {
  stage.work(serving, { name: "client" });
  await until("the client", async () => (await serving.grid.volunteers()).length === 1);
  const atom = await serving.grid.publish('export default { name: "sevenths", process: ({ from }) => from / 7 };');
  const job = await serving.grid.submit({ atom: atom.id, input: { range: { from: 0, to: electrons, chunk: 1 } } });
  await job.result();
  return job;
}

/** How much the coordinator's memory grows at most while `work` is under way, in bytes. */
export async function growthDuring({ url }: Pick<Serving, "url">, work: () => Promise<unknown>): Promise<number> {
  const memory = await MemoryWatch.start(url);
  try {
    await work();
  } catch (error) {
    await memory.stop();
    throw error;
  }
  const { before, most } = await memory.stop();
  return most - before;
}

/** Reads results with `curl`, and gives how many lines there were; throws unless they are all electrons from 0 on, in order. */
export async function linesByCurl({ url, token }: Serving, job: string, query = ""): Promise<number> {
  const path = `${url}/api/v1/jobs/${job}/results${query}`;
  const curl = spawn("curl", ["-sSfN", "-H", `Authorization: Bearer ${token}`, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(curl, "close");
  const lines = await orderedLines(curl.stdout);
  const [code] = await ended;
  if (code !== 0) throw new Error(`curl ended with ${code}`);
  return lines;
}

/** A reader that has been let in and reads nothing: the buffers of both sides fill, and then it is in nobody's way. */
export async function stoppedReader({ url, token }: Serving, job: string): Promise<IncomingMessage> {
  const path = `${url}/api/v1/jobs/${job}/results`;
  const request = get(path, { agent: false, headers: { Authorization: `Bearer ${token}` } });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response.pause();
}

/** Reads on to the end; as `linesByCurl`. */
export async function orderedLines(bytes: AsyncIterable<Buffer>): Promise<number> {
  let rest = "";
  let next = 0;
  for await (const chunk of bytes) {
    const lines = (rest + chunk.toString("latin1")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith(`{"electron":${next},`)) throw new Error(`line ${next} is ${line}`);
      next += 1;
    }
  }
  if (rest !== "") throw new Error(`the stream was cut within ${rest}`);
  return next;
}
