/** Why a watched job stands still, asked for only while it does. Knows the job by its views. */
import type { ExplainView, JobView } from "@valence/shared/job-view";
import {
  keepingReasons,
  STANDSTILL_ASK_MS,
  STANDSTILL_PATIENCE_MS,
  standsStill,
  type ToldReason,
} from "@valence/shared/standstill";

type Options = {
  explain(): Promise<ExplainView>;
  /** What keeps the job, whenever that is known anew; nothing when it goes on. */
  onReasons(reasons: readonly ToldReason[]): void;
};

export class Standstill {
  readonly #options: Options;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #state: JobView["state"] | undefined;
  /** Raised whenever what is on its way is of no interest any more. */
  #round = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Call it with each view. */
  see(view: JobView): void {
    const still = standsStill(view);
    if (still && this.#timer !== undefined && view.state === this.#state) return;
    this.#state = view.state;
    this.close();
    if (still) this.#askAfter(STANDSTILL_PATIENCE_MS);
    else this.#options.onReasons([]);
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
