/** A box for one value: the newest replaces the older one, so that a slow reader gets the latest and never a queue. */
export class Latest<T> {
  #value: T | undefined;
  #wake: (() => void) | undefined;

  put(value: T): void {
    this.#value = value;
    this.#wake?.();
  }

  /** Ends a wait without a value. */
  nudge(): void {
    this.#wake?.();
  }

  /** The value, which leaves the box; undefined when none came within `ms`, or when nudged. */
  async take(ms: number, signal?: AbortSignal): Promise<T | undefined> {
    signal?.throwIfAborted();
    if (this.#value === undefined) await this.#waited(ms, signal);
    signal?.throwIfAborted();
    const value = this.#value;
    this.#value = undefined;
    return value;
  }

  #waited(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#wake = undefined;
        clearTimeout(timer);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal?.addEventListener("abort", wake);
      this.#wake = wake;
    });
  }
}
