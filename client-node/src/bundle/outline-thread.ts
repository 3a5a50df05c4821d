/** The thread of `outline.ts`: imports the module and posts what it exports, as JSON would have it. */
import { parentPort, workerData } from "node:worker_threads";

const url = `data:text/javascript;base64,${Buffer.from(String(workerData)).toString("base64")}`;
const { default: atom } = await import(url);
const found = JSON.stringify({ name: atom?.name, payload: atom?.payload });
parentPort?.postMessage(JSON.parse(found));
