/** A page with nothing but an executor of frames, driven from outside: so that what every executor must do is asked of it, too. */
import type { AtomWorker, ExecutorEvent } from "@valence/shared/client/executor";
import type { RunOrder } from "@valence/shared/runner/runner";
import type { JobOrder } from "@valence/shared/volunteer/held-lease";
import { frameExecutor } from "../volunteer/frame-executor.js";
import { Frames } from "../volunteer/frames.js";
import { webClock } from "../volunteer/web-clock.js";

/** What a test may ask of the page. All of it can be sent as JSON, for bytes are arrays of numbers. */
export type ExecutorPage = {
  open(worker: number, name: string, source: string): void;
  run(worker: number, order: RunOrder): void;
  halt(worker: number): void;
  probe(worker: number, job: JobOrder): void;
  kill(worker: number): Promise<void>;
};

declare global {
  var executorPage: ExecutorPage;
  /** Given to the page by the test. */
  var onExecutorEvent: (worker: number, event: unknown) => void;
}

const executor = frameExecutor({ host: new Frames(), clock: webClock() });
const workers = new Map<number, AtomWorker>();

globalThis.executorPage = {
  open: (worker, name, source) => {
    const atom = { name, source: new TextEncoder().encode(source) };
    workers.set(
      worker,
      executor.open(atom, (event) => onExecutorEvent(worker, plain(event))),
    );
  },
  run: (worker, order) => workers.get(worker)?.run(order),
  halt: (worker) => workers.get(worker)?.halt(),
  probe: (worker, job) => workers.get(worker)?.probe(job),
  kill: async (worker) => await workers.get(worker)?.kill(),
};

function plain(event: ExecutorEvent): unknown {
  if (event.type !== "part") return event;
  const { count, micros, values } = event.part;
  return { type: "part", part: { count, micros: [...micros], values: [...values] } };
}
