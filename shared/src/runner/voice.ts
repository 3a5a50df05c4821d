/** What an atom says beside its results: lines and progress, each at a rate that no host minds. */
import { LOG_LINE_BYTES_MAX, LOG_LINES_PER_SECOND_MAX } from "../limits.js";
import { cutUtf8 } from "./cut.js";
import type { Said } from "./said.js";

const SECOND_MS = 1_000;
const PROGRESS_MS = 250;
const CUT = "…";

/** At most LOG_LINES_PER_SECOND_MAX lines a second of LOG_LINE_BYTES_MAX bytes each, and progress every 250 ms; how many lines were left out is a line, too. */
export class Voice {
  readonly #post: (said: Said) => void;
  readonly #now: () => number;
  #secondAt = Number.NEGATIVE_INFINITY;
  #lines = 0;
  #dropped = 0;
  #progressAt = Number.NEGATIVE_INFINITY;

  constructor(post: (said: Said) => void, now: () => number) {
    this.#post = post;
    this.#now = now;
  }

  /** A line of words; of more than LOG_LINES_PER_SECOND_MAX a second the number is said with the next one. */
  readonly log = (...words: unknown[]): void => {
    const now = this.#now();
    if (now - this.#secondAt >= SECOND_MS) {
      this.#secondAt = now;
      this.#lines = 0;
    }
    if (this.#lines >= LOG_LINES_PER_SECOND_MAX) {
      this.#dropped++;
      return;
    }
    this.#lines++;
    const dropped = this.#dropped > 0 ? `(${this.#dropped} lines left out) ` : "";
    this.#dropped = 0;
    this.#post({ type: "log", line: lineOf(dropped + words.map(wordOf).join(" ")) });
  };

  /** How far the electron is; only the latest every 250 ms is said, and what is no number in [0, 1] is not. */
  readonly progress = (fraction: number): void => {
    const now = this.#now();
    if (now - this.#progressAt < PROGRESS_MS || !(fraction >= 0 && fraction <= 1)) return;
    this.#progressAt = now;
    this.#post({ type: "progress", fraction: Number(fraction) });
  };
}

function lineOf(text: string): string {
  const line = cutUtf8(text, LOG_LINE_BYTES_MAX);
  return line === text ? text : cutUtf8(text, LOG_LINE_BYTES_MAX - 3) + CUT;
}

function wordOf(word: unknown): string {
  if (typeof word === "string") return word;
  try {
    const isData = typeof word === "object" && word !== null && !(word instanceof Error);
    return (isData ? JSON.stringify(word) : undefined) ?? String(word);
  } catch {
    return "(unreadable)";
  }
}
