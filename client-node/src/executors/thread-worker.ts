/**
 * Runs inside a thread: exposes the runner to the client through Comlink and says its outcomes on a port of their own.
 * No boundary: an atom that wants to can reach all of Node. What is deleted here only keeps honest atoms honest.
 */
import { syncBuiltinESMExports } from "node:module";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { AtomSource } from "@valence/shared/client/executor";
import { atomOf } from "@valence/shared/runner/atom-of";
import { failureFrom } from "@valence/shared/runner/failure";
import { Runner, type RunnerPort, type RunOrder } from "@valence/shared/runner/runner";
import type { Said } from "@valence/shared/runner/said";
import type { JobOrder } from "@valence/shared/volunteer/held-lease";
import { expose } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

/** What an atom for a browser does not have either, and what would leave this computer. */
const NOT_FOR_ATOMS = ["process", "fetch", "WebSocket", "EventSource", "BroadcastChannel", "navigator", "require"];

/** What of `process` would end the whole client: a thread's `exit` ends the thread, and its `abort` is refused by Node. */
const PERILS = ["kill", "_kill", "dlopen"];

/** What the client may call. */
export type ThreadCommands = {
  load(atom: AtomSource): Promise<void>;
  run(order: RunOrder): Promise<void>;
  halt(): void;
  probe(job: JobOrder): Promise<void>;
};

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

function commands(): ThreadCommands {
  let runner: Runner | null = null;
  return {
    async load({ name, source }) {
      try {
        // The name in stack traces, instead of a URL as long as the atom.
        const code = `${Buffer.from(source).toString()}\n//# sourceURL=${name}`;
        const url = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
        const atom = atomOf(await import(url));
        runner = new Runner(atom, port, name);
        quieten(runner.log);
        post({ type: "opened" });
      } catch (error) {
        post({ type: "unopened", failure: failureFrom(error, name) });
      }
    },
    async run(order) {
      await runner?.run(order);
    },
    halt() {
      runner?.halt();
    },
    async probe(job) {
      await runner?.probe(job);
    },
  };
}

/** What an atom prints goes where its log goes. */
function quieten(log: (...words: unknown[]) => void): void {
  Object.assign(console, { log, info: log, warn: log, error: log, debug: log });
}

for (const name of PERILS) Reflect.deleteProperty(process, name);
// Else `import { kill } from "node:process"` would still find it.
syncBuiltinESMExports();
for (const name of NOT_FOR_ATOMS) Reflect.deleteProperty(globalThis, name);
if (parentPort) expose(commands(), nodeEndpoint(parentPort));
