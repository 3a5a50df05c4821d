/** Why a watched job stands still, asked for only while it does. Knows the job by its views. */
import type { ExplainView } from "@valence/shared/job-view";
import {
  keepingReasons,
  type Seen,
  STANDSTILL_ASK_MS,
  STANDSTILL_PATIENCE_MS,
  type ToldReason,
  turnAt,
} from "@valence/shared/standstill";

type Options = {
  explain(): Promise<ExplainView>;
  /** What keeps the job, whenever that is known anew; nothing when it goes on. */
  onReasons(reasons: readonly ToldReason[]): void;
};

export class Standstill {
  readonly #options: Options;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: Seen | null = null;
  /** Raised whenever what is on its way is of no interest any more. */
  #round = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Call it with each view. Asks after the time of patience at the earliest: a line that is printed stays, where a page takes its words back. */
  see(view: Seen): void {
    const turn = turnAt(view, this.#last);
    this.#last = view;
    if (turn === "same") return;
    this.close();
    if (turn === "over") this.#options.onReasons([]);
    else this.#askAfter(STANDSTILL_PATIENCE_MS);
  }

  close(): void {
    this.#round += 1;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #askAfter(ms: number): void {
    const round = this.#round;
    this.#timer = setTimeout(async () => {
      // Whatever goes wrong here goes wrong with the watching, too, which says so.
      const view = await this.#options.explain().catch(() => null);
      if (round !== this.#round) return;
      if (view) this.#options.onReasons(keepingReasons(view.reasons));
      this.#askAfter(STANDSTILL_ASK_MS);
    }, ms);
  }
}
