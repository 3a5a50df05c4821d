/** The dead letters of a job, read page by page, and again when there are more or fewer of them. Needs the owner's token. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { DeadLetterView } from "@valence/shared/job-view";
import { ask } from "../grid/ask.js";
import { isDeadLetterView, isPageOf } from "../grid/checks.js";
import { asFault, type GridFault } from "../grid/fault.js";

const PAGE = 200;
/** Read without being asked for more. */
const AT_FIRST = 1_000;
/** Between two readings: while much fails, their number changes four times a second. */
const REST_MS = 2_000;

type Loaded = {
  readonly letters: readonly DeadLetterView[];
  /** Where to go on; null when these are all. */
  readonly next: string | null;
};

export class DeadLetterList {
  /** Null until they are there. */
  readonly loaded: ReadonlySignal<Loaded | null>;
  readonly fault: ReadonlySignal<GridFault | null>;
  readonly #loaded = signal<Loaded | null>(null);
  readonly #fault = signal<GridFault | null>(null);
  readonly #path: string;
  #reading = new AbortController();
  #refreshing = false;
  /** There was a change since the reading that goes on began. */
  #changed = false;

  constructor(job: string) {
    this.#path = `/jobs/${encodeURIComponent(job)}/dead-letters`;
    this.loaded = this.#loaded;
    this.fault = this.#fault;
  }

  /** From the beginning, as many as were there, and at least the first ones; not more often than anyone can look. */
  async refresh(): Promise<void> {
    this.#changed = true;
    if (this.#refreshing) return;
    this.#refreshing = true;
    while (this.#changed) {
      this.#changed = false;
      const wanted = Math.max(AT_FIRST, this.#loaded.peek()?.letters.length ?? 0);
      await this.#read({ letters: [], next: "" }, wanted);
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
    this.#refreshing = false;
  }

  more(): Promise<void> {
    const loaded = this.#loaded.peek();
    if (loaded?.next == null) return Promise.resolve();
    return this.#read(loaded, loaded.letters.length + AT_FIRST);
  }

  close(): void {
    this.#changed = false;
    this.#reading.abort();
  }

  async #read({ letters, next }: Loaded, wanted: number): Promise<void> {
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    const all = [...letters];
    let after = next;
    try {
      while (after !== null && all.length < wanted) {
        const page = await ask({ path: `${this.#path}?${searchOf(after)}`, signal }, isPageOf(isDeadLetterView));
        all.push(...page.items);
        after = page.next;
      }
      if (signal.aborted) return;
      this.#loaded.value = { letters: all, next: after };
      this.#fault.value = null;
    } catch (error) {
      if (!signal.aborted) this.#fault.value = asFault(error);
    }
  }
}

function searchOf(after: string): URLSearchParams {
  const search = new URLSearchParams({ limit: String(PAGE) });
  if (after !== "") search.set("after", after);
  return search;
}
