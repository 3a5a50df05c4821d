/** Forgets the events of jobs that ended long ago: now, and then every hour, a few at a time. */
import type { Log } from "../log.js";
import type { Store } from "../store/store.js";

export const EVENTS_KEPT_MS = 7 * 24 * 3_600_000;
const EVERY_MS = 3_600_000;
/** Some 3 ms of the store's thread, which then serves others. */
const EVENTS_AT_ONCE = 500;

export class Retention {
  readonly #store: Pick<Store, "forgetEvents">;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor({ store, log }: { store: Pick<Store, "forgetEvents">; log: Log }) {
    this.#store = store;
    this.#log = log;
    this.#timer = setInterval(() => void this.#pass(), EVERY_MS).unref();
    void this.#pass();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  async #pass(): Promise<void> {
    const query = { endedBefore: Date.now() - EVENTS_KEPT_MS, limit: EVENTS_AT_ONCE };
    try {
      while (!this.#closed && (await this.#store.forgetEvents(query)));
    } catch (error) {
      if (!this.#closed) this.#log.error("events_not_forgotten", { error }); // Nothing is lost by it: the next pass tries again.
    }
  }
}
