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
  readonly #closed = new AbortController();
  /** One at a time: what is wanted in the middle of it, it reads, too. */
  #reading: Promise<void> | null = null;
  #wanted = AT_FIRST;
  #refreshing = false;
  /** There was a change since the reading that goes on began. */
  #changed = false;

  constructor(job: string) {
    this.#path = `/jobs/${encodeURIComponent(job)}/dead-letters`;
    this.loaded = this.#loaded;
    this.fault = this.#fault;
  }

  /** From the beginning, as many as were asked for; not more often than anyone can look. */
  async refresh(): Promise<void> {
    this.#changed = true;
    if (this.#refreshing) return;
    this.#refreshing = true;
    while (this.#changed) {
      this.#changed = false;
      while (this.#reading) await this.#reading;
      await this.#read({ letters: [], next: "" });
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
    this.#refreshing = false;
  }

  more(): Promise<void> {
    const loaded = this.#loaded.peek();
    if (loaded?.next == null) return Promise.resolve();
    this.#wanted = loaded.letters.length + AT_FIRST;
    return this.#reading ?? this.#read(loaded);
  }

  close(): void {
    this.#changed = false;
    this.#closed.abort();
  }

  #read(from: Loaded): Promise<void> {
    this.#reading = this.#readOn(from).finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #readOn({ letters, next }: Loaded): Promise<void> {
    const { signal } = this.#closed;
    const all = [...letters];
    let after = next;
    try {
      while (after !== null && all.length < this.#wanted) {
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
