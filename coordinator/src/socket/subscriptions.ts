/**
 * What one socket follows: jobs, by their latest views and, where it asked for them, by their events; and the list of jobs. A slow
 * socket gets the latest view when it can, and events as it takes them: there is never a queue.
 */
import { GridError, overLimit } from "@valence/shared/errors";
import type { JobView } from "@valence/shared/job-view";
import { SUBSCRIPTIONS_MAX } from "@valence/shared/limits";
import type { Socket } from "socket.io";
import type { Caller, EventFrame, JobsApi } from "../api.js";
import { LatestViews } from "./latest-views.js";
import { Outlet } from "./outlet.js";
import { type Refusals, refusalOf } from "./refusals.js";

/** What a subscription is answered with, and what begins once the answer is on its way. */
export type Begun = { readonly answer: JobView | null; readonly begin: () => void };

/** Among the ids of jobs: none is empty. */
export const THE_LIST = "";

export class Subscriptions {
  readonly #socket: Socket;
  readonly #api: Pick<JobsApi, "watch" | "events" | "watchJobs">;
  readonly #refusals: Refusals;
  readonly #views: LatestViews;
  readonly #outlet: Outlet;
  /** By job; each is ended by its signal. */
  readonly #standing = new Map<string, AbortController>();
  #closed = false;

  constructor(socket: Socket, options: { api: Pick<JobsApi, "watch" | "events" | "watchJobs">; refusals: Refusals }) {
    this.#socket = socket;
    this.#api = options.api;
    this.#refusals = options.refusals;
    this.#views = new LatestViews(socket);
    this.#outlet = new Outlet(socket);
  }

  /** A job's views, and its events after `since` unless that is null. @throws GridError `invalid_request`, `unknown_job` */
  async job(job: string, caller: Caller, since: number | null): Promise<Begun> {
    const { signal } = this.#stand(job);
    const answer = await this.#follow(job, caller, signal);
    const events = async () => eventBodies(job, await this.#api.events(job, { since: since ?? 0 }, caller, signal));
    return { answer, begin: () => void (since !== null && this.#pump("events", { job }, events, signal)) };
  }

  /** The list of jobs. @throws GridError `invalid_request` */
  list(caller: Caller): Begun {
    const { signal } = this.#stand(THE_LIST);
    const frames = async () => this.#api.watchJobs(caller, signal);
    return { answer: null, begin: () => void this.#pump("jobs", {}, frames, signal) };
  }

  drop(key: string): void {
    const standing = this.#standing.get(key);
    this.#standing.delete(key);
    this.#views.forget(key);
    standing?.abort();
  }

  close(): void {
    this.#closed = true;
    for (const key of [...this.#standing.keys()]) this.drop(key);
    this.#views.stop();
    this.#outlet.stop();
  }

  /** Takes the place of an older one for the same. */
  #stand(key: string): AbortController {
    this.drop(key);
    if (this.#standing.size >= SUBSCRIPTIONS_MAX) {
      const details = { limit: "SUBSCRIPTIONS_MAX", max: SUBSCRIPTIONS_MAX, actual: SUBSCRIPTIONS_MAX + 1 };
      throw overLimit("invalid_request", `The socket would have ${SUBSCRIPTIONS_MAX + 1} subscriptions`, details);
    }
    const standing = new AbortController();
    if (this.#closed)
      standing.abort(); // The socket went while it was let in.
    else this.#standing.set(key, standing);
    return standing;
  }

  /** Resolves to the first view; the later ones go out as they come. */
  #follow(job: string, caller: Caller, signal: AbortSignal): Promise<JobView> {
    return new Promise((resolve, reject) => {
      let first = true;
      const onView = (view: JobView) => {
        if (first) resolve(view);
        else if (!signal.aborted) this.#views.show(view);
        first = false;
      };
      this.#api.watch(job, caller, onView).then(
        (off) => {
          if (signal.aborted)
            off(); // It was dropped while it was being set up.
          else signal.addEventListener("abort", off);
        },
        (error) => {
          if (!signal.aborted) this.drop(job);
          reject(error);
        },
      );
    });
  }

  /** What fails in the middle is said in the place of the rest. */
  async #pump(
    name: string,
    about: { job?: string },
    open: () => Promise<AsyncIterable<object>>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await this.#outlet.send(name, await open(), signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof GridError)) this.#refusals.note(error);
      const { code, message } = refusalOf(error);
      this.#socket.emit(name, { ...about, type: "refused", code, message });
    }
  }
}

async function* eventBodies(job: string, { frames }: { frames: AsyncIterable<EventFrame> }): AsyncGenerator<object> {
  for await (const frame of frames) yield { job, ...frame };
}
