/**
 * Why a job stands still: asked for only while it does, and given up when it goes on. Knows the job by its views, which come by
 * themselves; only what they do not say is asked for.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ExplainView } from "@valence/shared/job-view";
import {
  keepingReasons,
  type Seen,
  STANDSTILL_ASK_MS,
  STANDSTILL_PATIENCE_MS,
  type ToldReason,
  turnAt,
} from "@valence/shared/standstill";
import { type Poll, poll } from "../grid/poll.js";

const NONE: readonly ToldReason[] = [];

export class Standstill {
  /** What keeps the job; none when it goes on, has ended, or nobody has answered. */
  readonly reasons: ReadonlySignal<readonly ToldReason[]>;
  readonly #reasons = signal(NONE);
  readonly #look: (signal: AbortSignal) => Promise<ExplainView>;
  /** Null while the job goes on. */
  #asking: Poll | null = null;
  #begin: ReturnType<typeof setTimeout> | undefined;
  #last: Seen | null = null;

  constructor(look: (signal: AbortSignal) => Promise<ExplainView>) {
    this.#look = look;
    this.reasons = this.#reasons;
  }

  /** Call it with each view. Asks at once about a job that stands still when it is first seen, or is steered. */
  see(view: Seen): void {
    const turn = turnAt(view, this.#last);
    this.#last = view;
    if (turn === "over") this.#stop();
    else if (turn === "stopped") this.#begin = setTimeout(() => this.#ask(), STANDSTILL_PATIENCE_MS);
    else if (turn === "steered" && this.#asking) this.#asking.soon();
    else if (turn === "steered") this.#ask();
  }

  close(): void {
    this.#stop();
  }

  #ask(): void {
    clearTimeout(this.#begin);
    this.#asking = poll({
      look: this.#look,
      onSeen: ({ reasons }) => {
        this.#reasons.value = keepingReasons(reasons);
      },
      onFault: () => {
        this.#reasons.value = NONE; // what is wrong is told of the job's own request
      },
      everyMs: () => STANDSTILL_ASK_MS,
    });
  }

  #stop(): void {
    clearTimeout(this.#begin);
    this.#begin = undefined;
    this.#asking?.stop();
    this.#asking = null;
    this.#reasons.value = NONE;
  }
}
