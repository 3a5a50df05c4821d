/**
 * Those who follow jobs: each is told the latest state at most 4 times a second, and never a queue of old ones. A large aggregate
 * is told less often: reading and sending 100,000 means takes a second of the event loop, in which nobody else is served.
 */
import { performance } from "node:perf_hooks";
import type { JobView } from "@valence/shared/job-view";

export const WATCH_INTERVAL_MS = 250;
/** What telling of a job has taken is a tenth of the time at most, up to this pause. */
const PAUSE_FACTOR = 9;
export const WATCH_PAUSE_MS_MAX = 10_000;

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
  /** Not told again before that time. */
  notBefore: number;
};

export class Watchers {
  readonly #options: WatchersOptions;
  readonly #jobs = new Map<string, Watched>();
  readonly #now: () => number;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(options: WatchersOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  add(job: string, listener: (view: JobView) => void): () => void {
    const watched = this.#jobs.get(job) ?? { listeners: new Set(), version: -1, notBefore: 0 };
    this.#jobs.set(job, watched);
    watched.listeners.add(listener);
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size === 0 && this.#jobs.get(job) === watched) this.#jobs.delete(job);
    };
  }

  /** Something was committed: those who watch hear of it soon, all of it at once. */
  wake(): void {
    if (this.#jobs.size > 0) this.#tellAt(this.#now() + WATCH_INTERVAL_MS);
  }

  #tellAt(at: number): void {
    if (this.#timer && this.#timerAt <= at) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#tell().catch(this.#options.onFault);
    }, at - this.#now());
  }

  async #tellOf(job: string, watched: Watched): Promise<void> {
    const view = await this.#options.view(job);
    if (view) for (const listener of watched.listeners) listener(view);
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#jobs.clear();
  }

  async #tell(): Promise<void> {
    for (const [job, watched] of this.#jobs) {
      const version = this.#options.version(job);
      if (version === watched.version) continue;
      const began = this.#now();
      if (began < watched.notBefore) {
        this.#tellAt(watched.notBefore);
        continue;
      }
      watched.version = version;
      await this.#tellOf(job, watched).catch(this.#options.onFault); // the others are told all the same
      const ended = this.#now();
      watched.notBefore = ended + Math.min(WATCH_PAUSE_MS_MAX, PAUSE_FACTOR * (ended - began));
    }
  }
}
