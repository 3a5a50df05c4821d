/**
 * The yardstick of `latency`: what one electron's way is made of, each part measured bare. A server in a process of its own answers an
 * Express POST and a Socket.IO message with nothing in between; a thread commits a row of 64 bytes durably, and answers a message.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { loadSqlite } from "@valence/coordinator/store/sqlite-library";
import { openDatabase } from "@valence/coordinator/store/sqlite-open";
import { openThings } from "@valence/e2e/open-things";
import { quantile } from "@valence/e2e/quantile";
import express from "express";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { ended, inOwnProcess, ownArguments, said } from "./in-own-process.js";
import { ownFolder } from "./own-folder.js";
import type { Contestant } from "./scenario.js";

/** How often each part lies on the way: work and outcome, and the answer to who follows, are a round trip each. */
const TIMES = { post: 1, roundTrip: 2, commit: 2, hop: 3 } as const;

/** @param pauseMs before each sample, as before each job: what rests between two calls is colder than what is called in a loop */
export async function bareParts(samples: number, pauseMs: number): Promise<Contestant & { close(): Promise<void> }> {
  const { dir, remove } = ownFolder();
  const child = inOwnProcess(import.meta.url, ["serve"]);
  const url = `http://127.0.0.1:${await said<number>(child)}`;
  const socket = io(url, { transports: ["websocket"] });
  const thread = new Worker(fileURLToPath(import.meta.url), { workerData: { file: join(dir, "bare.db") } });
  await Promise.all([new Promise<void>((resolve) => socket.once("connect", resolve)), once(thread, "message")]);
  const asked = async (what: "hop" | "commit") => {
    thread.postMessage(what);
    await once(thread, "message");
  };
  const parts: Record<keyof typeof TIMES, () => Promise<unknown>> = {
    post: async () => (await fetch(url, POST)).json(),
    roundTrip: () => socket.emitWithAck("ping", { n: 1 }),
    commit: () => asked("commit"),
    hop: () => asked("hop"),
  };
  return {
    name: "its parts, bare",
    async run() {
      let [p50, p99] = [0, 0];
      const halves: Record<string, number> = {};
      for (const [name, act] of Object.entries(parts) as [keyof typeof TIMES, () => Promise<unknown>][]) {
        const times = await timesOf(act, samples, pauseMs);
        halves[name] = quantile(times, 0.5);
        p50 += TIMES[name] * quantile(times, 0.5);
        p99 += TIMES[name] * quantile(times, 0.99);
      }
      return { p50, p99, ...halves };
    },
    close: openThings.note(async () => {
      socket.disconnect();
      await Promise.all([ended(child), thread.terminate()]);
      await remove();
    }),
  };
}

const POST = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ list: [1] }) };

async function timesOf(act: () => Promise<unknown>, samples: number, pauseMs: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < samples; i++) {
    await delay(pauseMs);
    const began = performance.now();
    await act();
    times.push(performance.now() - began);
  }
  return times;
}

function serve(): void {
  const app = express();
  app.post("/", express.json(), (request, response) => void response.json(request.body));
  const http = createServer(app);
  const server = new Server(http, { transports: ["websocket"], serveClient: false });
  server.on("connection", (socket) => {
    socket.on("ping", (body, acknowledge: (answer: unknown) => void) => acknowledge(body));
  });
  http.listen(0, "127.0.0.1", () => process.send?.((http.address() as AddressInfo).port));
}

/** As durable as the coordinator's own store: its settings, one row of 64 bytes a commit. */
async function commitWhenAsked(file: string): Promise<void> {
  const db = openDatabase(await loadSqlite(), { file });
  db.exec("CREATE TABLE bare (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT");
  const insert = db.prepare("INSERT INTO bare (body) VALUES (?)");
  const body = new Uint8Array(64);
  parentPort?.on("message", (what: "hop" | "commit") => {
    if (what === "commit") insert.run(body);
    parentPort?.postMessage("done");
  });
  parentPort?.once("close", () => db.close()); // Holds the database, which would else be collected.
  parentPort?.postMessage("open");
}

if (!isMainThread) void commitWhenAsked((workerData as { file: string }).file);
else if (ownArguments(import.meta.url)) serve();
