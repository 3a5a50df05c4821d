/**
 * What a process has open and would leave behind if it just ended: processes, folders, queues on a server. Whoever opens such a thing
 * notes here how to close it, so that a program that is interrupted, or breaks half-way, closes all of it without knowing what it is.
 */
export class OpenThings {
  readonly #open = new Set<() => Promise<void>>();
  #isEnding = false;

  /**
   * Notes how to close what was just opened. What is given back does so, once however often it is called, and nothing is noted any more
   * when it has. Throws once the program is ending; the thing is closed all the same.
   */
  note(close: () => Promise<void>): () => Promise<void> {
    let closing: Promise<void> | null = null;
    const closeOnce = () => {
      closing ??= close().finally(() => this.#open.delete(closeOnce));
      return closing;
    };
    this.#open.add(closeOnce);
    if (this.#isEnding) throw new Error("nothing is opened any more, since the program is ending");
    return closeOnce;
  }

  /** Closes all that is open, also what is opened meanwhile; then throws what the first one to fail threw. */
  async closeAll(): Promise<void> {
    const failures: unknown[] = [];
    while (this.#open.size > 0) {
      const outcomes = await Promise.allSettled([...this.#open].map((close) => close()));
      for (const outcome of outcomes) if (outcome.status === "rejected") failures.push(outcome.reason);
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Likewise, and from here on nothing can be opened. */
  closeForGood(): Promise<void> {
    this.#isEnding = true;
    return this.closeAll();
  }
}

/** Those of this process. */
export const openThings = new OpenThings();
