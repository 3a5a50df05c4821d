/**
 * What this tab lends: one session after the other, as its person says, with totals that outlive them. A session ends with a
 * pause, a change of threads, a page that is put away, and a computer that slept; each begins anew with nothing of the last.
 * The diagram of phases stands in lending.ts.
 */
import type { Ending } from "@valence/shared/client/news";
import type { Counters } from "@valence/shared/client/tally";
import type { Lending, LendingView, Phase } from "./lending.js";
import type { Session, SessionOptions } from "./session.js";
import type { SessionState } from "./session-messages.js";

type OpenSession = Pick<Session, "stop" | "abandon">;

export type TabLendingOptions = {
  /** What runs here, for people. */
  readonly agent: string;
  readonly open: (options: SessionOptions) => OpenSession;
  /** Monotonic milliseconds. */
  readonly now: () => number;
};

const NOTHING: Counters = { electrons: 0, items: 0, failures: 0, rate: 0, busy: 0 };
const QUIET: SessionState = { link: "none", counters: NOTHING, working: [], notice: null };

export class TabLending implements Lending {
  readonly #options: TabLendingOptions;
  readonly #listeners = new Set<(view: LendingView) => void>();
  #phase: Phase = "idle";
  #threads = 1;
  #session: OpenSession | null = null;
  #state: SessionState = QUIET;
  /** Of the sessions that are over. */
  #before = { electrons: 0, items: 0, failures: 0, workedMs: 0 };
  #since: number | null = null;
  /** A session is to begin when the present one has ended. */
  #again = false;
  /** The page was put away while it worked. */
  #away = false;
  #refusal: LendingView["refusal"] = null;

  constructor(options: TabLendingOptions) {
    this.#options = options;
  }

  get view(): LendingView {
    const { counters, link, working, notice } = this.#state;
    const { electrons, items, failures } = totals(this.#before, counters);
    const workedMs = this.#workedMs;
    const { rate } = counters;
    const mine = { phase: this.#phase, threads: this.#threads, refusal: this.#refusal };
    return { ...mine, link, working, electrons, items, failures, rate, workedMs, notice };
  }

  onChange(listener: (view: LendingView) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  start(threads: number): void {
    if (this.#phase !== "idle" && this.#phase !== "refused") return;
    this.#threads = threads;
    this.#refusal = null;
    this.#begin();
  }

  pause(): void {
    if (this.#phase !== "working") return;
    this.#again = false;
    this.#enter("pausing");
    this.#session?.stop("finish");
  }

  resume(): void {
    if (this.#phase === "paused") this.#begin();
    else if (this.#phase === "pausing") {
      this.#again = true;
      this.#enter("working");
    }
  }

  stop(): void {
    this.#again = false;
    this.#away = false;
    if (!this.#session) {
      this.#enter("idle");
      return;
    }
    this.#enter("stopping");
    this.#session.stop("now");
  }

  setThreads(threads: number): void {
    const changed = this.#threads !== threads;
    this.#threads = threads;
    if (changed && this.#phase === "working") this.#restart();
    else this.#tell();
  }

  /** The page is put away, or frozen: everything goes back at once, for nobody knows whether it comes again. */
  leave(): void {
    this.#away = this.#phase === "working";
    this.#again = false;
    this.#session?.abandon();
  }

  /** The page is there again, from wherever browsers keep them: it goes on as it was, with nothing of before. */
  comeBack(): void {
    if (!this.#away) return;
    this.#away = false;
    if (this.#session) this.#again = true;
    else this.#begin();
  }

  /** What is held was given to others meanwhile. What was to end ends now, and nothing begins that was not at work. */
  #awake(): void {
    if (this.#phase === "working") this.#restart();
    else this.#session?.stop("now");
  }

  #restart(): void {
    this.#again = true;
    this.#session?.stop("now");
  }

  #begin(): void {
    this.#again = false;
    this.#since = this.#options.now();
    this.#state = { ...QUIET, link: "connecting", notice: this.#state.notice };
    this.#session = this.#options.open({
      slots: this.#threads,
      agent: this.#options.agent,
      onState: (state) => {
        this.#state = state;
        this.#tell();
      },
      onEnded: (ending) => this.#ended(ending),
      onSlept: () => this.#awake(),
    });
    this.#enter("working");
  }

  #ended(ending: Ending): void {
    const workedMs = this.#workedMs;
    this.#before = { ...totals(this.#before, this.#state.counters), workedMs };
    this.#since = null;
    this.#session = null;
    this.#state = { ...QUIET, notice: this.#state.notice };
    if (ending.reason === "refused") {
      this.#refusal = { code: ending.code, message: ending.message };
      this.#away = false;
      this.#enter("refused");
    } else if (this.#again) this.#begin();
    else if (this.#away) this.#enter("working");
    else this.#enter(this.#phase === "pausing" ? "paused" : "idle");
  }

  get #workedMs(): number {
    return this.#before.workedMs + (this.#since === null ? 0 : this.#options.now() - this.#since);
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#tell();
  }

  #tell(): void {
    const { view } = this;
    for (const listener of this.#listeners) listener(view);
  }
}

function totals(before: Pick<Counters, "electrons" | "items" | "failures">, now: Counters) {
  return {
    electrons: before.electrons + now.electrons,
    items: before.items + now.items,
    failures: before.failures + now.failures,
  };
}
