/**
 * Atoms that somebody has just asked for or published, and is about to make a job of: these are not swept from under his feet. Knows
 * nothing of jobs.
 */
import { performance } from "node:perf_hooks";

/** Who asks for an atom submits within that time, or asks again. */
export const WANTED_MS = 3_600_000;

export class Wanted {
  /** By name, how many requests are under way: which version they will find is not known yet. */
  readonly #asking = new Map<string, number>();
  /** By id, until when; the latest last. */
  readonly #until = new Map<string, number>();

  /** Everything of that name is wanted while `work` is under way. */
  async during<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#asking.set(name, (this.#asking.get(name) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (this.#asking.get(name) ?? 1) - 1;
      if (left > 0) this.#asking.set(name, left);
      else this.#asking.delete(name);
    }
  }

  /** This version is wanted for an hour from now. */
  add(id: string): void {
    const now = performance.now();
    this.#until.delete(id);
    this.#until.set(id, now + WANTED_MS);
    for (const [old, until] of this.#until) {
      if (until > now) break;
      this.#until.delete(old);
    }
  }

  has(id: string): boolean {
    return (this.#until.get(id) ?? 0) > performance.now() || this.#asking.has(id.split("@", 1)[0] ?? id);
  }
}
