/** Who waits for a change: streams whose readers know all there is. Nothing queues here: each looks for itself what is new. */
import { GridError } from "@valence/shared/errors";

export class Waits {
  readonly #waiting = new Set<() => void>();
  #closed = false;

  /**
   * Waits until `ready` says so, which is asked now and at each `wake`; false when the signal has ended the wait.
   *
   * @throws GridError `draining`
   */
  until(ready: () => boolean, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!signal.aborted && !this.#closed && !ready()) return;
        this.#waiting.delete(look);
        signal.removeEventListener("abort", look);
        if (this.#closed) reject(draining());
        else resolve(!signal.aborted);
      };
      this.#waiting.add(look);
      signal.addEventListener("abort", look);
      look();
    });
  }

  /** To be asked before each read of the store, which may be closed by now. @throws GridError `draining` */
  refuseClosed(): void {
    if (this.#closed) throw draining();
  }

  /** Something has changed. */
  wake(): void {
    for (const look of this.#waiting) look();
  }

  /** Ends all waits: what was sent so far is no whole stream, and its reader comes back for the rest. */
  close(): void {
    this.#closed = true;
    this.wake();
  }
}

function draining(): GridError {
  return new GridError("draining", "the coordinator is stopping: go on from here when it is back.");
}
