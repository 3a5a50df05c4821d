/** What is read as a stream: each reader pulls from the store at its own pace, and waits for commits when it has read all. */
import { hasEnded } from "@valence/shared/job-state";
import type { EventStream } from "../api.js";
import type { JobSpec } from "../core/job-spec.js";
import type { Store } from "../store/store.js";
import type { Engine } from "./engine.js";
import { eventStream } from "./events.js";
import type { Found, Jobs } from "./jobs.js";
import { type ResultsQuery, resultTexts } from "./results.js";
import { Waits } from "./waits.js";

export class Streams {
  readonly #engine: Engine;
  readonly #store: Store;
  readonly #jobs: Jobs;
  readonly #waits = new Waits();

  constructor(parts: { engine: Engine; store: Store; jobs: Jobs }) {
    this.#engine = parts.engine;
    this.#store = parts.store;
    this.#jobs = parts.jobs;
    parts.engine.onCommitted(() => this.#waits.wake());
  }

  async results(spec: JobSpec, query: ResultsQuery, signal: AbortSignal): Promise<AsyncIterable<string>> {
    const chunk = await this.#chunkOf(spec.id, query.follow, signal);
    const source = {
      store: this.#store,
      spec,
      chunk,
      version: () => {
        this.#waits.refuseClosed();
        return this.#versionOf(spec.id);
      },
      changed: (version: number) => this.#waits.until(() => this.#versionOf(spec.id) !== version, signal),
    };
    return resultTexts(source, query, signal);
  }

  events(job: string, options: { since: number; owned: boolean }, signal: AbortSignal): Promise<EventStream> {
    const { since, owned } = options;
    const find = () => {
      this.#waits.refuseClosed();
      return this.#jobs.find(job);
    };
    const more = (found: Found) => {
      const { live } = found;
      const at = found.newest();
      const changed = () => (this.#engine.grid.job(job) ?? null) !== live || found.newest() !== at;
      return this.#waits.until(changed, signal);
    };
    return eventStream({ job, store: this.#store, owned, find, more }, since, signal);
  }

  /** Ends every stream with `draining`. */
  close(): void {
    this.#waits.close();
  }

  /** The chunk of a range is measured at its beginning: who follows waits for it, for there are no results before. */
  async #chunkOf(id: string, follow: boolean, signal: AbortSignal): Promise<number> {
    for (;;) {
      const version = this.#versionOf(id);
      const { status } = await this.#jobs.find(id);
      if (status.chunk !== null) return status.chunk;
      if (!follow || version === null) return 1;
      if (!(await this.#waits.until(() => this.#versionOf(id) !== version, signal))) return 1;
    }
  }

  /** Raised with each visible change; null once nothing more will come. */
  #versionOf(id: string): number | null {
    const job = this.#engine.grid.job(id);
    return job && !hasEnded(job.shown.state) ? job.version : null;
  }
}
