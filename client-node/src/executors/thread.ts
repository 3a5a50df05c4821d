/**
 * Atoms in threads of this process. **No boundary**: an atom can reach the network, files and this process (SECURITY.md).
 *
 * An atom that takes too much memory loses its thread alone. V8's own limit would not do: it aborts the whole process when
 * one array, map or dictionary grows past it. So it stands far above ours, which memory-watch.ts keeps. On a machine
 * with too little memory for that room, or where one allocation outgrows it between two looks, V8 still ends the process.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { AtomSource, AtomWorker, Executor, ExecutorEvent } from "@valence/shared/client/executor";
import { heard, type Lost, lost } from "@valence/shared/client/heard";
import type { AtomCommands } from "@valence/shared/runner/atom-commands";
import type { RunOrder } from "@valence/shared/runner/runner";
import type { JobOrder } from "@valence/shared/volunteer/held-lease";
import { type Remote, wrap } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { MemoryWatch, type Watched } from "./memory-watch.js";

const HEAP_MIB = 512;
/** There were so many, which names them. */
let threads = 0;

/** @param options.heapMiB of each thread's heap, garbage included; on Node 24 also of its buffers */
export function threadExecutor({ heapMiB = HEAP_MIB }: { heapMiB?: number } = {}): Executor {
  const watch = new MemoryWatch(heapMiB);
  return {
    name: "thread",
    sandboxed: false,
    open: (atom, onEvent) => new AtomThread(atom, { watch, onEvent }),
  };
}

class AtomThread implements AtomWorker, Watched {
  readonly name = `atom-${++threads}`;
  readonly #worker: Worker;
  readonly #watch: MemoryWatch;
  /** Kept in a field: Comlink's calls on a proxy that was collected never end. */
  readonly #commands: Remote<AtomCommands>;
  readonly #outcomes: MessagePort;
  readonly #onEvent: (event: ExecutorEvent) => void;
  #error: Error | null = null;
  /** Electrons and other answers it owes. */
  #owed = 1;
  #heardAt = performance.now();
  #tooLarge = false;
  #gone = false;

  constructor(atom: AtomSource, { watch, onEvent }: { watch: MemoryWatch; onEvent: (event: ExecutorEvent) => void }) {
    const { port1, port2 } = new MessageChannel();
    this.#onEvent = onEvent;
    this.#outcomes = port1;
    this.#watch = watch;
    this.#worker = workerWith(this.name, { outcomes: port2, oldGenerationMiB: watch.oldGenerationMiB });
    this.#commands = wrap<AtomCommands>(nodeEndpoint(this.#worker));
    port1.on("message", (message: unknown) => this.#hear(message));
    port1.on("messageerror", () => this.#hear(undefined));
    this.#worker.on("error", (error: Error) => {
      this.#error = error;
    });
    this.#worker.on("exit", () => this.#exited());
    watch.join(this);
    this.#call((commands) => commands.load(atom));
  }

  run(order: RunOrder): void {
    this.#owe(order.to - order.from);
    this.#call((commands) => commands.run(order));
  }

  halt(): void {
    this.#call((commands) => commands.halt());
  }

  probe(job: JobOrder): void {
    this.#owe(1);
    this.#call((commands) => commands.probe(job));
  }

  async kill(): Promise<void> {
    this.#gone = true;
    this.#outcomes.close();
    await this.#worker.terminate();
  }

  silentMs(): number | null {
    return this.#owed > 0 ? performance.now() - this.#heardAt : null;
  }

  end(): void {
    this.#tooLarge = true;
    void this.#worker.terminate();
  }

  #owe(answers: number): void {
    this.#owed = answers;
    this.#heardAt = performance.now();
  }

  /** Nobody waits for the answer: outcomes come by their own port, and a call to a dead worker would wait for ever. */
  #call(command: (commands: Remote<AtomCommands>) => Promise<void>): void {
    if (!this.#gone) command(this.#commands).catch(() => {});
  }

  #hear(message: unknown): void {
    if (this.#gone) return;
    const event = heard(message);
    this.#owe(owedAfter(event, this.#owed));
    if (event.type === "lost") this.#lose(event);
    else this.#onEvent(event);
  }

  /** What the thread posted before it died may still lie in its port, and comes first. */
  #exited(): void {
    for (let next = this.#next(); next && !this.#gone; next = this.#next()) this.#hear(next.message);
    this.#watch.leave(this);
    if (this.#gone) return;
    const code = (this.#error as NodeJS.ErrnoException | null)?.code;
    if (this.#tooLarge || code === "ERR_WORKER_OUT_OF_MEMORY")
      this.#lose(lost("out_of_memory", "the atom took more memory than it may have"));
    else this.#lose(lost("worker_died", `the atom's worker died: ${wordsOf(this.#error)}`));
  }

  #next(): { message: unknown } | undefined {
    return receiveMessageOnPort(this.#outcomes);
  }

  #lose(event: Lost): void {
    void this.kill();
    this.#onEvent(event);
  }
}

/** What the worker owes still, once it has said this. */
function owedAfter(event: ExecutorEvent, owed: number): number {
  if (event.type === "part") return Math.max(0, owed - event.part.count);
  return event.type === "log" || event.type === "progress" ? owed : 0;
}

type WorkerNeeds = { readonly outcomes: MessagePort; readonly oldGenerationMiB: number };

function workerWith(name: string, { outcomes, oldGenerationMiB }: WorkerNeeds): Worker {
  const worker = new Worker(new URL("./thread-worker.js", import.meta.url), {
    name,
    workerData: { outcomes },
    transferList: [outcomes],
    resourceLimits: { maxOldGenerationSizeMb: oldGenerationMiB },
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
