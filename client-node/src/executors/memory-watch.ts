/**
 * Ends threads that take too much memory, before V8 ends the process: reads the resident memory, asks for heaps only
 * while it is large, and does what memory-verdict.ts says. It knows nothing of atoms.
 */
import { totalmem } from "node:os";
import { setFlagsFromString } from "node:v8";
import { HeapQuestions } from "./heap-questions.js";
import { heapBytesMax, type MemoryReading, type MemoryTerms, tooLarge } from "./memory-verdict.js";

/** A heap grows by at most some 100 MiB meanwhile. One look costs 10 µs, a round of 16 questions 2 ms. */
const LOOK_MS = 50;
/** What V8 leaves to a heap beyond its limit: two doublings of an array that is too large already. */
const ROOM_MIB = 6 * 1_024;
const MIB = 1024 * 1024;

export interface Watched {
  /** Which the thread was made with; no other thread of this process has it. */
  readonly name: string;
  /** Since it was told or said something; null when it has nothing to do. */
  silentMs(): number | null;
  /** It has taken too much memory. */
  end(): void;
}

export class MemoryWatch {
  readonly #terms: MemoryTerms;
  readonly #questions = new HeapQuestions();
  /** With the truth about each: was it told to end? */
  readonly #workers = new Map<Watched, boolean>();
  #timer: NodeJS.Timeout | null = null;
  #leftAt = Number.NEGATIVE_INFINITY;

  constructor(heapMiB: number) {
    this.#terms = { heapMiB, machineBytes: Math.min(totalmem(), process.constrainedMemory() || Infinity) };
    collectEagerly(heapMiB);
  }

  /** What V8 itself shall hold each thread to: so much that this watch comes first, where the machine has it. */
  get oldGenerationMiB(): number {
    const machineMiB = Math.floor(this.#terms.machineBytes / MIB);
    return Math.max(this.#terms.heapMiB, Math.min(this.#terms.heapMiB + ROOM_MIB, machineMiB));
  }

  join(worker: Watched): void {
    this.#workers.set(worker, false);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Call it when the thread has gone. */
  leave(worker: Watched): void {
    this.#workers.delete(worker);
    this.#leftAt = performance.now();
    if (this.#workers.size > 0) return;
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#questions.close();
  }

  #look(): void {
    const residentBytes = process.memoryUsage.rss();
    if (residentBytes <= heapBytesMax(this.#terms, this.#workers.size)) return;
    for (const worker of tooLarge(this.#reading(residentBytes), this.#terms)) {
      this.#workers.set(worker, true);
      worker.end();
    }
    this.#questions.ask();
  }

  #reading(residentBytes: number): MemoryReading<Watched> {
    const answers = this.#questions.take();
    const workers = [...this.#workers].map(([worker, ending]) => {
      return { worker, ending, heapBytes: answers.get(worker.name) ?? null, silentMs: worker.silentMs() };
    });
    return { residentBytes, workers, settledMs: performance.now() - this.#leftAt };
  }
}

/**
 * The higher V8's limit, the more garbage it lets lie: with 215 MiB alive a heap was 290 MiB under a limit of 512 and
 * 600 to 780 under one of 2,560. These two make it 300 again (Node 20, 22 and 24). They hold for the whole process.
 */
function collectEagerly(heapMiB: number): void {
  setFlagsFromString("--heap-growing-percent=40");
  setFlagsFromString(`--initial-old-space-size=${Math.ceil(heapMiB / 4)}`);
}
