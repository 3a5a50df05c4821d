/** What the demo shows: on a terminal one line that is written over while π grows, plain lines elsewhere. */

import { LiveLine } from "@valence/client-node/cli/live-line";
import { isLively, type Stream, type Style, styleFor } from "@valence/client-node/cli/style";
import { count, duration, percent, plusMinus, short } from "@valence/shared/human";
import type { JobView } from "@valence/shared/job-view";

/** What `"reduce": "mean"` gives. */
export type Estimate = { mean: number; variance: number; low: number; high: number; n: number };

const PLAIN_MS = 2_000;
const BAR_COLUMNS_MAX = 28;
const BAR_COLUMNS_MIN = 8;

export class Screen {
  readonly #stream: Stream;
  readonly #live: LiveLine;
  readonly #style: Style;
  #plainAt = performance.now();
  #estimated = false;

  constructor(stream: Stream = process.stdout, env: NodeJS.ProcessEnv = process.env) {
    this.#stream = stream;
    this.#live = new LiveLine(stream, { lively: isLively(stream, env) });
    this.#style = styleFor(stream, env);
  }

  /** Whether a person looks, to whom a token may be shown. */
  get isTerminal(): boolean {
    return this.#live.lively;
  }

  /** A line of its own; without a text, an empty one where a person looks. */
  line(text = ""): void {
    this.#live.clear();
    if (text !== "" || this.isTerminal) this.#stream.write(text === "" ? "\n" : `  ${text}\n`);
  }

  /** A title and what it stands for. */
  fact(title: string, text: string): void {
    this.line(`${this.#style.dim(title.padEnd(12))} ${text}`);
  }

  /** On a terminal the line may have begun with the echo of Ctrl-C. */
  farewell(): void {
    this.line();
    this.line("Ending.");
  }

  bold(text: string): string {
    return this.#style.bold(text);
  }

  /** How far the job is. Where nobody looks, the first estimate is shown at once, too: it says that darts are thrown. */
  progress(view: JobView): void {
    const now = performance.now();
    const isFirst = view.result !== null && !this.#estimated;
    const soon = !this.isTerminal && (isFirst || now - this.#plainAt >= PLAIN_MS);
    if (!this.isTerminal && !soon) return;
    this.#plainAt = now;
    this.#estimated = view.result !== null;
    this.#live.show((columns) => `  ${progressText(view, columns - 2)}`, { soon });
  }

  /** The answer, and how far it is from π. */
  answer(view: JobView): void {
    const estimate = view.result as Estimate;
    const { mean, n } = estimate;
    this.line(`${this.#style.green(this.bold(`π ≈ ${preciseText(estimate)}`))}  (95 % interval)`);
    const tookMs = Date.parse(view.endedAt ?? "") - Date.parse(view.startedAt ?? "");
    const errors = (mean - Math.PI) / standardError(estimate);
    const side = errors < 0 ? "below" : "above";
    this.line(
      `${Math.abs(errors).toFixed(2)} standard errors ${side} π, from ${count(n)} darts in ${duration(tookMs)}`,
    );
  }
}

export function standardError({ variance, n }: Estimate): number {
  return Math.sqrt(variance / n);
}

/** One line of at most `columns`. */
function progressText(view: JobView, columns: number): string {
  const { progress, rate, eta, state } = view;
  const estimate = view.result as Estimate | null;
  if (estimate === null) return state === "queued" ? "waiting for the clients" : "throwing the first darts";
  const left = eta === null ? [] : [`${duration(eta.highMs)} left`];
  const parts = [percent(progress.done, progress.total), `${short(rate)} darts/s`, ...left];
  const head = `π ≈ ${plusMinus(estimate.mean, (estimate.high - estimate.low) / 2)}`;
  const room = columns - [head, ...parts].join("  ").length - 2;
  if (!Number.isFinite(columns) || room < BAR_COLUMNS_MIN) return [head, ...parts].join("  ");
  return [head, bar(progress.done / progress.total, Math.min(room, BAR_COLUMNS_MAX)), ...parts].join("  ");
}

function preciseText({ mean, low, high }: Estimate): string {
  return `${mean.toFixed(7)} ± ${((high - low) / 2).toFixed(7)}`;
}

function bar(share: number, columns: number): string {
  const filled = Math.floor(share * columns);
  return "█".repeat(filled) + "░".repeat(columns - filled);
}
