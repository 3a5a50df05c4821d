/**
 * Asks threads how large their heaps are, through Node's inspector (which opens no port). It is the one way on Node 20 to
 * hear of a thread that is busy: V8 answers between two instructions of the atom.
 *
 * Only `Runtime.getHeapUsage` is asked, which runs none of the thread's code. `Runtime.evaluate` would tell more, but a
 * `terminate` that meets one is swallowed now and then, and the thread runs for ever (measured on Node 20, 22 and 24).
 */
import { Session } from "node:inspector";
import * as z from "zod";

/** Node 24 also counts buffers. */
const answer = z.object({ result: z.object({ usedSize: z.number(), backingStorageSize: z.number().default(0) }) });

export class HeapQuestions {
  /** Null until the first question, so that a client without trouble never has one. */
  #session: Session | null = null;
  /** The name a thread was made with, by the inspector's id of it; what it calls `workerId` is no thread id. */
  readonly #threads = new Map<string, string>();
  /** Those that owe an answer. */
  readonly #asked = new Set<string>();
  readonly #answers = new Map<string, number>();

  /** Asks every thread of this process that does not owe an answer. */
  ask(): void {
    this.#session ??= this.#connect();
    for (const sessionId of this.#threads.keys()) {
      if (this.#asked.has(sessionId)) continue;
      this.#asked.add(sessionId);
      const message = JSON.stringify({ id: 1, method: "Runtime.getHeapUsage" });
      this.#session.post("NodeWorker.sendMessageToWorker", { sessionId, message }, nothing);
    }
  }

  /** Bytes that were heard since the last call, by the name of the thread. */
  take(): ReadonlyMap<string, number> {
    const answers = new Map(this.#answers);
    this.#answers.clear();
    return answers;
  }

  /** Asks nobody any more, until it is asked to. */
  close(): void {
    this.#session?.disconnect();
    this.#session = null;
    this.#threads.clear();
    this.#asked.clear();
    this.#answers.clear();
  }

  #connect(): Session {
    const session = new Session();
    session.on("NodeWorker.attachedToWorker", ({ params }) => {
      this.#threads.set(params.sessionId, params.workerInfo.title.replace(/^\[worker \d+\] /, ""));
    });
    session.on("NodeWorker.detachedFromWorker", ({ params }) => {
      this.#threads.delete(params.sessionId);
      this.#asked.delete(params.sessionId);
    });
    session.on("NodeWorker.receivedMessageFromWorker", ({ params }) => this.#hear(params));
    session.connect();
    session.post("NodeWorker.enable", { waitForDebuggerOnStart: false }, nothing);
    return session;
  }

  #hear({ sessionId, message }: { sessionId: string; message: string }): void {
    const { success, data } = answer.safeParse(JSON.parse(message));
    const name = this.#threads.get(sessionId);
    if (!success || name === undefined) return;
    this.#asked.delete(sessionId);
    this.#answers.set(name, data.result.usedSize + data.result.backingStorageSize);
  }
}

/** A thread that has gone meanwhile owes nothing. */
function nothing(): void {}
