/** What goes by itself with time: looked after at the start, and then every minute. Knows nothing of what it looks after. */
import type { Log } from "../log.js";

const EVERY_MS = 60_000;

export class Expiry {
  readonly #sweeps: readonly (() => Promise<void>)[];
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #sweeping = false;
  #closed = false;

  constructor(sweeps: readonly (() => Promise<void>)[], log: Log) {
    this.#sweeps = sweeps;
    this.#log = log;
    this.#timer = setInterval(() => void this.sweep(), EVERY_MS).unref();
    void this.sweep();
  }

  /** Rejects never: what fails is tried again the next time. */
  async sweep(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    try {
      for (const sweep of this.#sweeps) await sweep();
    } catch (error) {
      if (!this.#closed) this.#log.warn("expiry_failed", { error });
    } finally {
      this.#sweeping = false;
    }
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }
}
