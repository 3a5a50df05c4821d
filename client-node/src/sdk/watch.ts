/** Follows one job: by `/watch` where that works, by asking again where it does not. */
import { hasEnded } from "@valence/shared/job-state";
import { type JobView, jobView } from "@valence/shared/job-view";
import { backOffMs, isTransient } from "./back-off.js";
import type { HttpLink } from "./http-link.js";
import { pathOf } from "./http-path.js";
import { Latest } from "./latest.js";
import type { WatchSockets } from "./watch-sockets.js";

/** How long to watch, and what to hear beside views. */
export type WatchOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Told when the coordinator stops answering, and when it does again; the watching goes on meanwhile. */
  readonly onReachable?: ((reachable: boolean) => void) | undefined;
  /** Give up when the coordinator was silent for so long, with the UnreachableError of the last try. Without it: never. */
  readonly silentMsMax?: number | undefined;
};

/** Without a socket, ask that often. */
const POLL_MS = 1_000;
/** With one, ask only to be sure: a view may be lost with a connection that looked alive. */
const CHECK_MS = 15_000;
const WAIT_MS_MAX = 5_000;

/**
 * The present view, then the latest one after each change, until the job has ended. A slow reader skips views. The first request
 * must succeed; later the job is followed through restarts of the coordinator.
 */
export async function* watchJob(
  { http, sockets }: { http: HttpLink; sockets: WatchSockets },
  job: string,
  options: WatchOptions = {},
): AsyncGenerator<JobView, void, void> {
  const { signal } = options;
  const box = new Latest<JobView>();
  const asking = new Asking(http, job, options);
  let live = false;
  const follow = () =>
    sockets.follow(job, {
      onView: (view) => box.put(view),
      onLive: (now) => {
        live = now;
        box.nudge();
      },
    });
  // Over a connection that stands, following gives the present view, too; what it refuses is asked for, and so refused by name.
  let leave = sockets.connected ? await follow() : null;
  try {
    const present = leave === null ? undefined : await box.take(POLL_MS, signal);
    const first = present ?? (await http.read({ path: pathOf`/jobs/${job}`, signal }, jobView));
    yield first;
    if (hasEnded(first.state)) return;
    leave ??= await follow();
    for (let last = JSON.stringify(first); ; ) {
      const view = (await box.take(live ? CHECK_MS : asking.waitMs, signal)) ?? (await asking.view());
      if (view === null || JSON.stringify(view) === last) continue;
      asking.heard();
      last = JSON.stringify(view);
      yield view;
      if (hasEnded(view.state)) return;
    }
  } finally {
    // Not before the reader has what it waited for: to leave is to send a message.
    if (leave !== null) setImmediate(leave);
  }
}

/** Asks over HTTP, and bears with a coordinator that is away. */
class Asking {
  readonly #http: HttpLink;
  readonly #job: string;
  readonly #options: WatchOptions;
  #failures = 0;
  #heardAt = performance.now();

  constructor(http: HttpLink, job: string, options: WatchOptions) {
    this.#http = http;
    this.#job = job;
    this.#options = options;
  }

  /** Until the next request. */
  get waitMs(): number {
    return this.#failures === 0 ? POLL_MS : Math.min(WAIT_MS_MAX, POLL_MS + backOffMs(this.#failures));
  }

  /** Null when there is no answer now. */
  async view(): Promise<JobView | null> {
    try {
      const view = await this.#http.read({ path: pathOf`/jobs/${this.#job}`, signal: this.#options.signal }, jobView);
      this.heard();
      return view;
    } catch (error) {
      if (!isTransient(error) || this.#silentTooLong()) throw error;
      if (this.#failures++ === 0) this.#options.onReachable?.(false);
      return null;
    }
  }

  heard(): void {
    this.#heardAt = performance.now();
    if (this.#failures > 0) this.#options.onReachable?.(true);
    this.#failures = 0;
  }

  #silentTooLong(): boolean {
    return performance.now() - this.#heardAt > (this.#options.silentMsMax ?? Number.POSITIVE_INFINITY);
  }
}
