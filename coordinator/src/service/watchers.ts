/**
 * Those who follow jobs: each is told the latest state at most 4 times a second, and never a queue of old ones. The first change after a
 * pause is told at once, and so is the end of a job: nobody waits for an answer that is there. A large aggregate
 * is told less often: reading and sending 100,000 means takes a second of the event loop, in which nobody else is served. Of many
 * who watch one job some are told in each turn of the loop.
 */
import { performance } from "node:perf_hooks";
import type { JobView } from "@valence/shared/job-view";

export const WATCH_INTERVAL_MS = 250;
/** What telling of a job has taken is a tenth of the time at most, up to this pause. */
const PAUSE_FACTOR = 9;
export const WATCH_PAUSE_MS_MAX = 10_000;

/** After that long the others are told in the next turn: each costs a call of the system. */
export const TELL_MS = 5;

export type WatchersOptions = {
  /** The job's committed version, or null when it is not at work any more. */
  readonly version: (job: string) => number | null;
  readonly view: (job: string) => Promise<JobView | null>;
  readonly onFault: (error: unknown) => void;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
};

type Watched = {
  readonly listeners: Set<(view: JobView) => void>;
  version: number | null;
  /** Not told again before that time, unless it has ended. */
  notBefore: number;
  telling: boolean;
};

export class Watchers {
  readonly #options: WatchersOptions;
  readonly #jobs = new Map<string, Watched>();
  readonly #now: () => number;
  /** Jobs that may have changed since they were told. */
  readonly #due = new Set<string>();
  #disarm: (() => void) | null = null;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(options: WatchersOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  add(job: string, listener: (view: JobView) => void): () => void {
    const watched = this.#jobs.get(job) ?? { listeners: new Set(), version: -1, notBefore: 0, telling: false };
    this.#jobs.set(job, watched);
    watched.listeners.add(listener);
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size === 0 && this.#jobs.get(job) === watched) this.#jobs.delete(job);
    };
  }

  /** Something of these jobs was committed: those who watch hear of it soon, all of it at once. */
  wake(jobs: Iterable<string> = this.#jobs.keys()): void {
    for (const job of jobs) if (this.#jobs.has(job)) this.#owe(job);
  }

  close(): void {
    this.#disarm?.();
    this.#jobs.clear();
  }

  #owe(job: string): void {
    this.#due.add(job);
    const watched = this.#jobs.get(job);
    if (watched && !watched.telling) this.#tellAt(this.#dueAt(job, watched));
  }

  #dueAt(job: string, { notBefore }: Watched): number {
    return this.#options.version(job) === null ? 0 : notBefore;
  }

  #tellAt(at: number): void {
    if (this.#disarm && this.#timerAt <= at) return;
    this.#disarm?.();
    this.#timerAt = at;
    this.#disarm = armed(at - this.#now(), () => {
      this.#disarm = null;
      void this.#tell().catch(this.#options.onFault);
    });
  }

  async #tell(): Promise<void> {
    for (const job of this.#due) {
      const watched = this.#jobs.get(job);
      if (watched?.telling) continue; // It is looked at again when that has ended.
      if (!watched || this.#options.version(job) === watched.version) this.#due.delete(job);
      else if (this.#now() < this.#dueAt(job, watched)) this.#tellAt(watched.notBefore);
      else await this.#tellOf(job, watched);
    }
  }

  async #tellOf(job: string, watched: Watched): Promise<void> {
    const began = this.#now();
    this.#due.delete(job);
    watched.version = this.#options.version(job);
    watched.telling = true;
    try {
      const view = await this.#options.view(job);
      if (view) await this.#show(view, watched.listeners);
    } catch (error) {
      this.#options.onFault(error); // the others are told all the same
    }
    watched.telling = false;
    const ended = this.#now();
    const pause = Math.min(WATCH_PAUSE_MS_MAX, PAUSE_FACTOR * (ended - began));
    watched.notBefore = Math.max(began + WATCH_INTERVAL_MS, ended + pause);
    if (this.#due.has(job)) this.#owe(job);
  }

  /** Whoever comes meanwhile has a later view already; whoever leaves is told no more. */
  async #show(view: JobView, listeners: ReadonlySet<(view: JobView) => void>): Promise<void> {
    let late = this.#now() + TELL_MS;
    for (const listener of [...listeners]) {
      if (this.#now() >= late) {
        await nextTurn();
        late = this.#now() + TELL_MS;
      }
      if (listeners.has(listener)) listener(view);
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Calls once, after that long or as soon as what runs now has ended. Returns how to call it off. */
function armed(ms: number, act: () => void): () => void {
  if (ms <= 0) {
    let on = true;
    queueMicrotask(() => on && act());
    return () => {
      on = false;
    };
  }
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}
