/**
 * The yardstick of `start`: a process that loads the libraries of a coordinator, opens a database in a thread and listens, and does nothing
 * else. It stands for what any coordinator of these parts costs.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { ownArguments } from "./in-own-process.js";

export const BARE_LIBRARIES = fileURLToPath(import.meta.url);

/** Loaded here, and not above: who only wants to know the file's name loads nothing. */
async function listen(file: string): Promise<void> {
  const [{ default: express }, { Server }, { default: helmet }, { pino }, { collectDefaultMetrics }] =
    await Promise.all([
      import("express"),
      import("socket.io"),
      import("helmet"),
      import("pino"),
      import("prom-client"),
      import("rate-limiter-flexible"),
      import("zod"),
      import("acorn"),
    ]);
  collectDefaultMetrics();
  const thread = new Worker(BARE_LIBRARIES, { workerData: { file } });
  await new Promise((resolve) => thread.once("message", resolve));
  const http = createServer(express().use(helmet()));
  new Server(http, { transports: ["websocket"], serveClient: false });
  pino({ level: "silent" });
  http.listen(0, "127.0.0.1", () => console.log((http.address() as AddressInfo).port));
}

async function open(file: string): Promise<void> {
  const { loadSqlite } = await import("@valence/coordinator/store/sqlite-library");
  const { openDatabase } = await import("@valence/coordinator/store/sqlite-open");
  const db = openDatabase(await loadSqlite(), { file });
  parentPort?.on("message", () => db.close()); // Holds the thread, and the database, which would else be collected.
  parentPort?.postMessage("open");
}

const [file] = ownArguments(import.meta.url) ?? [];
if (!isMainThread) void open((workerData as { file: string }).file);
else if (file !== undefined) void listen(file);
