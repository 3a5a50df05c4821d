/** Those who follow jobs: each is told the latest state at most 4 times a second, and never a queue of old ones. */
import type { JobView } from "@valence/shared/job-view";

export const WATCH_INTERVAL_MS = 250;

export type WatchersOptions = {
  /** The job's committed version, or null when it is not at work any more. */
  readonly version: (job: string) => number | null;
  readonly view: (job: string) => Promise<JobView | null>;
  readonly onFault: (error: unknown) => void;
};

type Watched = { readonly listeners: Set<(view: JobView) => void>; version: number | null };

export class Watchers {
  readonly #options: WatchersOptions;
  readonly #jobs = new Map<string, Watched>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: WatchersOptions) {
    this.#options = options;
  }

  add(job: string, listener: (view: JobView) => void): () => void {
    const watched = this.#jobs.get(job) ?? { listeners: new Set(), version: -1 };
    this.#jobs.set(job, watched);
    watched.listeners.add(listener);
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size === 0 && this.#jobs.get(job) === watched) this.#jobs.delete(job);
    };
  }

  /** Something was committed: those who watch hear of it soon, all of it at once. */
  wake(): void {
    if (this.#timer || this.#jobs.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#tell().catch(this.#options.onFault);
    }, WATCH_INTERVAL_MS);
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
      watched.version = version;
      await this.#tellOf(job, watched).catch(this.#options.onFault); // the others are told all the same
    }
  }
}
