/**
 * Runs inside a thread: exposes the runner to the client through Comlink and says its outcomes on a port of their own.
 * No boundary: an atom that wants to can reach all of Node. What is deleted here only keeps honest atoms honest.
 */
import { syncBuiltinESMExports } from "node:module";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { AtomSource } from "@valence/shared/client/executor";
import { atomCommands } from "@valence/shared/runner/atom-commands";
import type { RunnerPort } from "@valence/shared/runner/runner";
import type { Said } from "@valence/shared/runner/said";
import { expose } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

/** What an atom for a browser does not have either, and what would leave this computer. */
const NOT_FOR_ATOMS = ["process", "fetch", "WebSocket", "EventSource", "BroadcastChannel", "navigator", "require"];

/** What of `process` would end the whole client: a thread's `exit` ends the thread, and its `abort` is refused by Node. */
const PERILS = ["kill", "_kill", "dlopen"];

const outcomes = (workerData as { outcomes: MessagePort }).outcomes;
const clock = performance.now.bind(performance);
const turn = setImmediate;

const port: RunnerPort = {
  post,
  now: clock,
  // Twice: an immediate that is set while messages are delivered runs before the next ones are.
  breathe: () => new Promise((resolve) => void turn(() => turn(resolve))),
};

function post(said: Said): void {
  // Columns are packed for the host alone, so they move instead of being copied.
  const moved = said.type === "part" ? [said.part.values.buffer, said.part.micros.buffer] : [];
  outcomes.postMessage(said, moved as ArrayBuffer[]);
}

function importModule({ name, source }: AtomSource): Promise<unknown> {
  // The name in stack traces, instead of a URL as long as the atom.
  const code = `${Buffer.from(source).toString()}\n//# sourceURL=${name}`;
  return import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}

for (const name of PERILS) Reflect.deleteProperty(process, name);
// Else `import { kill } from "node:process"` would still find it.
syncBuiltinESMExports();
for (const name of NOT_FOR_ATOMS) Reflect.deleteProperty(globalThis, name);
if (parentPort) expose(atomCommands({ port, importModule }), nodeEndpoint(parentPort));
