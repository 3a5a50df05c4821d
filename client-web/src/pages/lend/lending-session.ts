/**
 * The tab's lending as all pages see it: the volunteer is loaded with the first start, and lives as long as the document. Until
 * then there is nothing of it.
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Lending, LendingView } from "../../volunteer/lending.js";

const IDLE: LendingView = {
  phase: "idle",
  link: "none",
  threads: 0,
  working: [],
  electrons: 0,
  items: 0,
  failures: 0,
  rate: 0,
  workedMs: 0,
  notice: null,
  refusal: null,
};

export class LendingSession {
  readonly view: ReadonlySignal<LendingView>;
  /** The volunteer is being loaded. */
  readonly loading: ReadonlySignal<boolean>;
  /** Why it could not be loaded: a sentence; null otherwise. */
  readonly fault: ReadonlySignal<string | null>;
  readonly active: ReadonlySignal<boolean>;
  readonly #view = signal(IDLE);
  readonly #loading = signal(false);
  readonly #fault = signal<string | null>(null);
  readonly #open: () => Promise<Lending>;
  #lending: Lending | null = null;

  constructor(open: () => Promise<Lending>) {
    this.#open = open;
    this.view = this.#view;
    this.loading = this.#loading;
    this.fault = this.#fault;
    this.active = computed(() => !["idle", "refused"].includes(this.#view.value.phase));
  }

  /** Only after a person said so. */
  async start(threads: number): Promise<void> {
    if (this.#loading.peek()) return;
    this.#fault.value = null;
    try {
      this.#loading.value = true;
      const lending = this.#lending ?? this.#follow(await this.#open());
      lending.start(threads);
    } catch {
      this.#fault.value =
        "What computes could not be loaded. Look at your connection, or reload this page, and start again.";
    } finally {
      this.#loading.value = false;
    }
  }

  pause(): void {
    this.#lending?.pause();
  }

  resume(): void {
    this.#lending?.resume();
  }

  stop(): void {
    this.#lending?.stop();
  }

  setThreads(threads: number): void {
    this.#lending?.setThreads(threads);
  }

  #follow(lending: Lending): Lending {
    this.#lending = lending;
    this.#view.value = lending.view;
    lending.onChange((view) => {
      this.#view.value = view;
    });
    return lending;
  }
}
