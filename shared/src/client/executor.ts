/**
 * Where atoms run: the port between a volunteer and the technology that keeps an atom in its place. An executor opens workers
 * and kills them; it knows no lease, no deadline and no coordinator.
 */
import type { RunOrder } from "../runner/runner.js";
import type { Said } from "../runner/said.js";
import type { WorkerEvent } from "../volunteer/events.js";
import type { JobOrder } from "../volunteer/held-lease.js";

type WithoutSlot<E> = E extends { readonly slot: number } ? Omit<E, "slot"> : never;

/** What a worker says, in order; after `lost` it says nothing more. Lines and progress come beside the volunteer's events. */
export type ExecutorEvent = WithoutSlot<WorkerEvent> | Extract<Said, { type: "log" | "progress" }>;

/** One worker with one atom. All calls but `kill` answer by events; after `lost` or `kill` they do nothing. */
export interface AtomWorker {
  /** Works electrons in order: `part`s, then `failed` if one failed. One run at a time. */
  run(order: RunOrder): void;
  /** Ends the run between two electrons: `halted`, unless the run ended by itself before. */
  halt(): void;
  /** Times throw-away calls: `probed`. */
  probe(job: JobOrder): void;
  /** Ends the worker at once, whatever it does, and hears nothing more of it. Resolves when nothing of it runs any more. */
  kill(): Promise<void>;
}

/** An atom's module, already checked against its id. */
export type AtomSource = {
  /** In stack traces. */
  readonly name: string;
  readonly source: Uint8Array;
};

/** One kind of confinement. Workers do not know of each other, and any number may be open. */
export interface Executor {
  /** For people: `thread`. */
  readonly name: string;
  /** True when a stranger's atom can reach neither network, nor files, nor the client. */
  readonly sandboxed: boolean;
  /** Makes a worker and imports the atom: `opened`, or `lost` when that failed. */
  open(atom: AtomSource, onEvent: (event: ExecutorEvent) => void): AtomWorker;
}
