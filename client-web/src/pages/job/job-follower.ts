/** One job, followed: over `/watch` while that lives, and by asking where it does not, and now and then to be sure. */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { JobView } from "@valence/shared/job-view";
import { ask } from "../grid/ask.js";
import { isJobView } from "../grid/checks.js";
import type { GridFault } from "../grid/fault.js";
import { LatestView } from "../grid/latest-view.js";
import { type Poll, poll } from "../grid/poll.js";
import { token } from "../grid/token.js";
import { followJob } from "../grid/watch-socket.js";

/** While views come by themselves: one may be lost with a connection that looked alive. */
const CHECK_MS = 15_000;
const EVERY_MS = 2_000;

export class JobFollower {
  /** Null until the first answer. */
  readonly latest: ReadonlySignal<LatestView<JobView> | null>;
  /** Why the last request failed; what is shown is then as old as the one before. */
  readonly fault: ReadonlySignal<GridFault | null>;
  readonly #latest = signal<LatestView<JobView> | null>(null);
  readonly #fault = signal<GridFault | null>(null);
  readonly #poll: Poll;
  readonly #leave: () => void;
  #live = false;
  /** The token with which all this was read. */
  #heldBy = token.peek();

  constructor(id: string) {
    this.latest = this.#latest;
    this.fault = this.#fault;
    this.#poll = poll({
      look: (signal) => ask({ path: `/jobs/${encodeURIComponent(id)}`, signal }, isJobView),
      onSeen: (view, asOf) => this.see(view, asOf),
      onFault: (fault) => {
        this.#fault.value = fault;
        if (!fault.passes) this.#latest.value = null; // it is gone, or not for this token
      },
      everyMs: () => (this.#live ? CHECK_MS : EVERY_MS),
    });
    const leaveToken = effect(() => this.#passTo(token.value));
    const leaveJob = followJob(id, {
      onView: (view) => this.see(view, performance.now()),
      onLive: (live) => {
        if (this.#live && !live) this.#poll.soon(); // is anybody there?
        this.#live = live;
      },
    });
    this.#leave = () => {
      leaveToken();
      leaveJob();
    };
  }

  /** Also what an action answered. */
  see(view: JobView, asOf: number): void {
    this.#fault.value = null;
    if (this.#latest.value) this.#latest.value.see(view, asOf);
    else this.#latest.value = new LatestView(view, asOf);
  }

  /** What one token showed goes with it, even if nobody answers who could say that anyone may see it. */
  #passTo(held: string | null): void {
    if (this.#heldBy !== null && held !== this.#heldBy) this.#latest.value = null;
    this.#heldBy = held;
  }

  close(): void {
    this.#poll.stop();
    this.#leave();
  }
}
