/**
 * Atoms in threads of this process. **No boundary**: an atom can reach the network, files and this process (SECURITY.md). Nor is
 * its memory kept in bounds: many small objects end the thread, but one array, map or string buffer that grows past the limit
 * aborts the whole process, for V8 asks nobody before it gives up on a single huge allocation (measured on Node 20.20).
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { cutUtf8 } from "@valence/shared/runner/cut";
import type { RunOrder } from "@valence/shared/runner/runner";
import { said } from "@valence/shared/runner/said";
import type { JobOrder } from "@valence/shared/volunteer/held-lease";
import { type Remote, wrap } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import type { AtomSource, AtomWorker, Executor, ExecutorEvent } from "./executor.js";
import type { ThreadCommands } from "./thread-worker.js";

const HEAP_MIB = 512;
const MESSAGE_BYTES_MAX = 1_024;

/** @param options.heapMiB of each thread's objects; its ArrayBuffers are not counted, which Node cannot limit */
export function threadExecutor({ heapMiB = HEAP_MIB }: { heapMiB?: number } = {}): Executor {
  return {
    name: "thread",
    sandboxed: false,
    open: (atom, onEvent) => new AtomThread(atom, { heapMiB, onEvent }),
  };
}

class AtomThread implements AtomWorker {
  readonly #worker: Worker;
  /** Kept in a field: Comlink's calls on a proxy that was collected never end. */
  readonly #commands: Remote<ThreadCommands>;
  readonly #outcomes: MessagePort;
  readonly #onEvent: (event: ExecutorEvent) => void;
  #error: Error | null = null;
  #gone = false;

  constructor(atom: AtomSource, { heapMiB, onEvent }: { heapMiB: number; onEvent: (event: ExecutorEvent) => void }) {
    const { port1, port2 } = new MessageChannel();
    this.#onEvent = onEvent;
    this.#outcomes = port1;
    this.#worker = workerWith(port2, heapMiB);
    this.#commands = wrap<ThreadCommands>(nodeEndpoint(this.#worker));
    port1.on("message", (message: unknown) => this.#hear(message));
    port1.on("messageerror", () => this.#hear(undefined));
    this.#worker.on("error", (error: Error) => {
      this.#error = error;
    });
    this.#worker.on("exit", () => this.#exited());
    this.#call((commands) => commands.load(atom));
  }

  run(order: RunOrder): void {
    this.#call((commands) => commands.run(order));
  }

  halt(): void {
    this.#call((commands) => commands.halt());
  }

  probe(job: JobOrder): void {
    this.#call((commands) => commands.probe(job));
  }

  async kill(): Promise<void> {
    this.#gone = true;
    this.#outcomes.close();
    await this.#worker.terminate();
  }

  /** Nobody waits for the answer: outcomes come by their own port, and a call to a dead worker would wait for ever. */
  #call(command: (commands: Remote<ThreadCommands>) => Promise<void>): void {
    if (!this.#gone) command(this.#commands).catch(() => {});
  }

  #hear(message: unknown): void {
    if (this.#gone) return;
    const { success, data } = said.safeParse(message);
    if (!success) this.#lose("worker_died", "the atom's worker broke its protocol");
    else if (data.type !== "unopened") this.#onEvent(data);
    else this.#lose(data.failure.code, `the atom cannot be loaded: ${data.failure.message}`);
  }

  /** What the thread posted before it died may still lie in its port, and comes first. */
  #exited(): void {
    for (let next = this.#next(); next && !this.#gone; next = this.#next()) this.#hear(next.message);
    if (this.#gone) return;
    const code = (this.#error as NodeJS.ErrnoException | null)?.code;
    if (code === "ERR_WORKER_OUT_OF_MEMORY") this.#lose("out_of_memory", "the atom took more memory than it may have");
    else this.#lose("worker_died", `the atom's worker died: ${wordsOf(this.#error)}`);
  }

  #next(): { message: unknown } | undefined {
    return receiveMessageOnPort(this.#outcomes);
  }

  #lose(code: Extract<ExecutorEvent, { type: "lost" }>["code"], message: string): void {
    void this.kill();
    this.#onEvent({ type: "lost", code, message: cutUtf8(message, MESSAGE_BYTES_MAX) });
  }
}

function workerWith(outcomes: MessagePort, heapMiB: number): Worker {
  const worker = new Worker(new URL("./thread-worker.js", import.meta.url), {
    workerData: { outcomes },
    transferList: [outcomes],
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
    env: {},
    argv: [],
    execArgv: [],
    stdin: true,
    stdout: true,
    stderr: true,
  });
  // Dropped: what an atom prints goes through its log.
  worker.stdout.resume();
  worker.stderr.resume();
  return worker;
}

/** What was thrown in the thread, which may have been made to be unreadable. */
function wordsOf(error: unknown): string {
  try {
    return error === null ? "it ended by itself" : String((error as Error).message ?? error);
  } catch {
    return "of something unreadable";
  }
}
