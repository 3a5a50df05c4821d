/** What a host may call in a worker that runs an atom, the same in a thread and in a tab's frame. Outcomes go by the port. */
import type { AtomSource } from "../client/executor.js";
import type { JobOrder } from "../volunteer/held-lease.js";
import { atomOf } from "./atom-of.js";
import { failureFrom } from "./failure.js";
import { Runner, type RunnerPort, type RunOrder } from "./runner.js";

/** Each is answered by what the worker says, and by nothing else. */
export type AtomCommands = {
  load(atom: AtomSource): Promise<void>;
  run(order: RunOrder): Promise<void>;
  halt(): void;
  probe(job: JobOrder): Promise<void>;
};

/** What differs between a thread and a tab. `importModule` may throw whatever the module throws. */
export type AtomSurroundings = {
  readonly port: RunnerPort;
  /** Runs the module and gives what it exports. */
  importModule(atom: AtomSource): Promise<unknown>;
};

/** For one worker, which serves one atom. Nothing throws to the host: what goes wrong with the atom is said by the port. */
export function atomCommands({ port, importModule }: AtomSurroundings): AtomCommands {
  let runner: Runner | null = null;
  return {
    async load(atom) {
      try {
        runner = new Runner(atomOf(await importModule(atom)), port, atom.name);
        quieten(runner.log);
        port.post({ type: "opened" });
      } catch (error) {
        port.post({ type: "unopened", failure: failureFrom(error, atom.name) });
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
  const { console } = globalThis as unknown as { console: object };
  Object.assign(console, { log, info: log, warn: log, error: log, debug: log });
}
