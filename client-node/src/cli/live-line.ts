/** One line that is written over on a terminal, and now and then a plain line elsewhere. */
import { columnsOf, type Stream } from "./style.js";
import { fitted } from "./width.js";

const DRAW_MS_MIN = 100;
const PLAIN_MS_MIN = 5_000;

export class LiveLine {
  readonly #stream: Stream;
  readonly lively: boolean;
  readonly #now: () => number;
  #at = Number.NEGATIVE_INFINITY;
  #last = "";
  #drawn = false;

  constructor(stream: Stream, options: { lively: boolean; now?: () => number }) {
    this.#stream = stream;
    this.lively = options.lively;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Columns that a line may take; plain lines take what they need. */
  get columns(): number {
    return this.lively ? columnsOf(this.#stream) - 1 : Number.POSITIVE_INFINITY;
  }

  /** Shows the text that `render` makes, unless the last one is too fresh; `soon` shows it anyway. */
  show(render: (columns: number) => string, { soon = false }: { soon?: boolean } = {}): void {
    const now = this.#now();
    if (!soon && now - this.#at < (this.lively ? DRAW_MS_MIN : PLAIN_MS_MIN)) return;
    const text = fitted(render(this.columns), this.columns);
    if (text === this.#last && (!this.lively || this.#drawn)) return;
    this.#at = now;
    this.#last = text;
    this.#drawn = this.lively;
    // Auto-wrap is no danger: the text is shorter than the line. The rest of the line is erased after it, which does not flicker.
    this.#stream.write(this.lively ? `\r${text}\x1b[K` : `${text}\n`);
  }

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    if (!this.#drawn) return;
    this.#drawn = false;
    this.#stream.write("\r\x1b[K");
  }
}
