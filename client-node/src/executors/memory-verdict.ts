/**
 * Which workers have taken too much memory: pure, over readings. It knows no thread, no V8 and no timer.
 *
 * Heaps are judged one by one, so that nobody pays for a neighbour. What lies outside of them (buffers, where Node does
 * not count them) has no owner in the readings: when it is too much, the worker that has been silent the longest is
 * taken to be guilty, for the others finish electrons.
 */

const MIB = 1024 * 1024;
/** Of the machine's memory: for all heaps together, and for what is outside of them. */
const HEAPS_SHARE = 0.5;
const REST_SHARE = 0.25;
const REST_BYTES_MAX = 1024 * MIB;
/** The memory of a worker that was ended comes back late. */
export const SETTLE_MS = 500;

export type MemoryTerms = {
  /** What the heap of one worker may take, garbage included: what lives in it is at least 70 % (memory-watch.ts). */
  readonly heapMiB: number;
  /** What the machine has, or the container. */
  readonly machineBytes: number;
};

export type WorkerReading<W> = {
  readonly worker: W;
  /** The heap with its garbage; null when it has not answered. */
  readonly heapBytes: number | null;
  /** Since it was told or said something; null when it has nothing to do. */
  readonly silentMs: number | null;
  /** It was ended, and has not gone yet. */
  readonly ending: boolean;
};

export type MemoryReading<W> = {
  readonly residentBytes: number;
  readonly workers: readonly WorkerReading<W>[];
  /** Since a worker last went. */
  readonly settledMs: number;
};

/** Above this a heap is too large. While the whole process is below it, no worker can be above. */
export function heapBytesMax({ heapMiB, machineBytes }: MemoryTerms, workers: number): number {
  return Math.min(heapMiB * MIB, (machineBytes * HEAPS_SHARE) / Math.max(1, workers));
}

/** Whom to end: every worker whose heap is too large; else, when the process is, the one that is most likely guilty. */
export function tooLarge<W>({ residentBytes, workers, settledMs }: MemoryReading<W>, terms: MemoryTerms): W[] {
  const heapMax = heapBytesMax(terms, workers.length);
  const proven = workers.filter(({ ending, heapBytes }) => !ending && (heapBytes ?? 0) > heapMax);
  if (proven.length > 0) return proven.map(({ worker }) => worker);

  const rest = Math.min(REST_BYTES_MAX, terms.machineBytes * REST_SHARE);
  const settled = settledMs >= SETTLE_MS && workers.every(({ ending }) => !ending);
  return settled && residentBytes > workers.length * heapMax + rest ? mostSilent(workers) : [];
}

function mostSilent<W>(workers: readonly WorkerReading<W>[]): W[] {
  const busy = workers.flatMap(({ worker, silentMs }) => (silentMs === null ? [] : [{ worker, silentMs }]));
  const [first] = busy.sort((a, b) => b.silentMs - a.silentMs);
  return first ? [first.worker] : [];
}
