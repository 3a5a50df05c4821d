/**
 * A peer: BullMQ on Redis, no-op jobs with a small result, taken by one worker in a process of its own. All jobs are added, in bulk, before
 * the clock starts, as a list of ours is uploaded before its job is submitted. Redis is as it was found: by default it does not wait
 * for the disk, so it promises less than what it is compared with.
 */
import { openThings } from "@valence/e2e/open-things";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { ended, inOwnProcess, ownArguments, said } from "./in-own-process.js";
import type { Absent, Contestant } from "./scenario.js";

const BULK = 1_000;
const REACH_MS = 2_000;

type Peer = {
  readonly contestants: readonly (Contestant | Absent)[];
  /** Of the server that was found. */
  readonly versions: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

const nameOf = (concurrency: number) => `BullMQ, concurrency ${concurrency}`;

/** One contestant for each concurrency; all of them absent when nothing answers at `REDIS_URL`. */
export async function bullmq(jobs: number, concurrencies: readonly number[]): Promise<Peer> {
  const url = process.env.REDIS_URL ?? "redis://127.0.0.1:6379";
  const found = await redisAt(url);
  if ("fault" in found) {
    return {
      contestants: concurrencies.map((one) => ({ name: nameOf(one), absent: found.fault })),
      versions: {},
      close: async () => {},
    };
  }
  const name = `valence-bench-${process.pid}`;
  const queue = new Queue(name, { connection: { url } });
  const closing = new AbortController();
  const close = openThings.note(async () => {
    closing.abort(new Error("the queue is closed"));
    await queue.obliterate({ force: true });
    await queue.close();
  });
  const contestants = concurrencies.map((concurrency) => ({
    name: nameOf(concurrency),
    run: () => worked({ queue, url, jobs, concurrency, closing: closing.signal }),
  }));
  return { contestants, versions: found, close };
}

/** Its version and how it makes jobs durable, which is what its rate depends on; or why it cannot be reached. */
async function redisAt(url: string): Promise<{ readonly redis: string } | { readonly fault: string }> {
  // The client would take it for the path of a socket. It is not told as it is, since it may hold a password.
  if (!/^rediss?:$/.test(protocolOf(url))) return { fault: "REDIS_URL is not of the form redis://host:port" };
  const client = new Redis(url, { lazyConnect: true, connectTimeout: REACH_MS, retryStrategy: () => null });
  let first: Error | null = null; // What `connect` throws says only that it is closed.
  client.on("error", (error) => {
    first ??= error;
  });
  try {
    await client.connect();
    const told = (await client.info()).split("\r\n").map((line) => line.split(":") as [string, string]);
    const { redis_version: version, aof_enabled: appends } = Object.fromEntries(told);
    return { redis: `${version}, append-only file ${appends === "1" ? "on" : "off"}` };
  } catch (error) {
    return { fault: `no Redis at ${new URL(url).host}: ${(first ?? (error as Error)).message}` };
  } finally {
    client.disconnect();
  }
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : "";
}

type Work = {
  readonly queue: Queue;
  readonly url: string;
  readonly jobs: number;
  readonly concurrency: number;
  /** From here on nothing is added: it would stay behind. */
  readonly closing: AbortSignal;
};

async function worked({ queue, url, jobs, concurrency, closing }: Work): Promise<{ rate: number }> {
  for (let from = 0; from < jobs; from += BULK) {
    closing.throwIfAborted();
    const count = Math.min(BULK, jobs - from);
    await queue.addBulk(Array.from({ length: count }, (_, i) => ({ name: "no-op", data: { n: from + i } })));
  }
  const child = inOwnProcess(import.meta.url, [url, queue.name, String(jobs), String(concurrency)]);
  try {
    await said(child); // Loaded and connected.
    const began = performance.now();
    child.send("begin");
    await said(child);
    return { rate: (jobs * 1_000) / (performance.now() - began) };
  } finally {
    await ended(child);
    if (!closing.aborted) await queue.obliterate({ force: true });
  }
}

/** The worker's process: says when it is ready, begins when it is told to, and says when all jobs are completed. */
async function work([url, name, jobs, concurrency]: readonly string[]): Promise<void> {
  const connection = { url: url as string };
  const same = async ({ data }: { data: { n: number } }) => data.n;
  const worker = new Worker(name as string, same, { connection, concurrency: Number(concurrency), autorun: false });
  let left = Number(jobs);
  worker.on("completed", () => {
    left -= 1;
    if (left === 0) process.send?.("done");
  });
  await worker.waitUntilReady();
  process.once("message", () => void worker.run());
  process.send?.("ready");
}

const args = ownArguments(import.meta.url);
if (args) void work(args);
