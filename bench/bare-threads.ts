/** The yardstick of `efficiency`: the kernel in bare worker_threads, each given its share of the pieces at once and computing them in turn. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { openThings } from "@valence/e2e/open-things";
import { PI_KERNEL } from "./pi-kernel.js";

export type Pieces = { readonly total: number; readonly chunk: number };

const THREAD = `
const { parentPort } = require("node:worker_threads");
${PI_KERNEL}
parentPort.on("message", ({ from, to, chunk }) => {
  let inside = 0;
  for (let at = from; at < to; at += chunk) inside += hits({ from: at, to: Math.min(to, at + chunk) });
  parentPort.postMessage(inside);
});
parentPort.postMessage("up");`;

export class BareThreads {
  readonly close: () => Promise<void>;
  readonly #threads: readonly Worker[];

  private constructor(threads: readonly Worker[]) {
    this.#threads = threads;
    this.close = openThings.note(async () => void (await Promise.all(threads.map((thread) => thread.terminate()))));
  }

  static async open(count: number): Promise<BareThreads> {
    const threads = Array.from({ length: count }, () => new Worker(THREAD, { eval: true }));
    await Promise.all(threads.map((thread) => once(thread, "message")));
    return new BareThreads(threads);
  }

  /** Computes all pieces; gives the tosses per second. */
  async run({ total, chunk }: Pieces): Promise<number> {
    const began = performance.now();
    const pieces = Math.ceil(total / chunk);
    const bound = (i: number) => Math.min(total, Math.round((pieces * i) / this.#threads.length) * chunk);
    await Promise.all(
      this.#threads.map(async (thread, i) => {
        thread.postMessage({ from: bound(i), to: bound(i + 1), chunk });
        await once(thread, "message");
      }),
    );
    return (total * 1_000) / (performance.now() - began);
  }
}
