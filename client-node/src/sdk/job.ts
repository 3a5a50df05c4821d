/** One job on a grid, as the program that submitted it sees it. Holds no state of the job: every answer is the coordinator's. */
import type { JobEvent } from "@valence/shared/job-event";
import { hasEnded } from "@valence/shared/job-state";
import {
  type DeadLetterView,
  deadLetterView,
  type ExplainView,
  explainView,
  type JobView,
  jobView,
  type PropertiesView,
} from "@valence/shared/job-view";
import type { Value } from "@valence/shared/value";
import { fromJson } from "@valence/shared/value-json";
import { JobError } from "./errors.js";
import { type EventsQuery, type JobReset, readEvents } from "./events.js";
import type { HttpLink } from "./http-link.js";
import { pathOf } from "./http-path.js";
import { readPages } from "./pages.js";
import { type ResultsQuery, readResults } from "./results.js";
import { type WatchOptions, watchJob } from "./watch.js";
import type { WatchSockets } from "./watch-sockets.js";

/** Ends what it is given to with the signal's reason. */
export type Abortable = { readonly signal?: AbortSignal | undefined };

/** How much of a list; without a field, all of it. */
export type ListOptions = Abortable & {
  /** At most so many. */
  readonly limit?: number | undefined;
};

/** The properties of one electron, with the result as a value. */
export type Properties<Result = Value> = Omit<PropertiesView, "result"> & { readonly result: Result };

/**
 * A job. `Answer` is what `result()` gives and `ItemResult` what the atom returned for each electron, as the program knows them:
 * they are not checked. Every method throws ProblemError when the coordinator refuses, UnreachableError when it is silent,
 * UnknownAnswerError when it is none, and the signal's reason.
 */
export class Job<Answer = Value, ItemResult = Value> {
  readonly id: string;
  readonly #http: HttpLink;
  readonly #sockets: WatchSockets;

  constructor(id: string, links: { http: HttpLink; sockets: WatchSockets }) {
    this.id = id;
    this.#http = links.http;
    this.#sockets = links.sockets;
  }

  /** The job as it is now; `result` is in the JSON form of values. */
  view({ signal }: Abortable = {}): Promise<JobView> {
    return this.#http.read({ path: pathOf`/jobs/${this.id}`, signal }, jobView);
  }

  /**
   * Waits for the end and gives the aggregate as a value: null for a job without a reduce, whose results are in `results()`, and for
   * one of which no electron gave a result.
   *
   * @example
   * ```ts
   * const atom = await grid.publish(square);
   * const job = await grid.submit({ atom, input: { list: [1, 2, 3] }, reduce: "mean" });
   * const { mean, n } = await job.result({ signal: AbortSignal.timeout(30_000) });
   * console.log(mean.toFixed(2), n); // → 4.67 3
   * ```
   *
   * @throws JobError when the job failed or was cancelled
   */
  async result(options: WatchOptions = {}): Promise<Answer> {
    for await (const view of this.watch(options)) {
      if (view.state === "succeeded") return fromJson(view.result, "result") as Answer;
      if (hasEnded(view.state)) throw new JobError(view);
    }
    throw new Error("A watch ends with the end of its job.");
  }

  /**
   * The present view, then the latest after each change, until the job has ended; through restarts of the coordinator. A slow
   * reader misses views and never the last one.
   *
   * @example
   * ```ts
   * const job = await grid.submit({ atom: await grid.publish(square), input: { list: [1, 2, 3] }, reduce: "sum" });
   * for await (const { state, progress } of job.watch()) {
   *   if (progress.done === progress.total) console.log(state, progress.done); // → succeeded 3
   * }
   * ```
   */
  watch(options: WatchOptions = {}): AsyncGenerator<JobView, void, void> {
    return watchJob({ http: this.#http, sockets: this.#sockets }, this.id, options);
  }

  /**
   * All kept results, read as fast as the program takes them; goes on after a broken connection. Without `follow` it waits for
   * the end of the job and gives them in item order; with it, each as soon as it is committed. Leaving the loop closes the
   * connection; a line's `cursor` is where to go on with `after`.
   *
   * @example
   * ```ts
   * const job = await grid.submit({ atom: await grid.publish(square), input: { list: [1, 2, 3] } });
   * let sum = 0;
   * for await (const { item, result } of job.results()) {
   *   console.log(`item ${item}: ${result}`); // → item 0: 1
   *   sum += result;
   * }
   * console.log(sum); // → 14
   * ```
   */
  async *results<Result = ItemResult>(query: ResultsQuery = {}): AsyncGenerator<Properties<Result>, void, void> {
    if (query.follow !== true) await this.#ended(query.signal);
    for await (const view of this.resultViews(query)) {
      yield { ...view, result: fromJson(view.result, "result") as Result };
    }
  }

  /**
   * What is kept so far: as `results`, but without waiting, and each line as the coordinator wrote it, with the result in the JSON
   * form of values.
   */
  resultViews(query: ResultsQuery = {}): AsyncGenerator<PropertiesView, void, void> {
    return readResults(this.#http, this.id, query);
  }

  /**
   * What has happened to the job after event `since`, then each thing as it happens, until the job has ended; goes on after a
   * broken connection. Where events are not kept any more, `{kind: "reset"}` stands in their place with the job as it then is.
   *
   * @example
   * ```ts
   * const job = await grid.submit({ atom: await grid.publish(square), input: { list: [1] } });
   * for await (const event of job.events()) console.log(event.number, event.kind); // → 1 queued
   * // The numbers go on from where a reader was:
   * for await (const event of job.events({ since: 1 })) console.log("then", event.kind); // → then running
   * ```
   */
  events(query: EventsQuery = {}): AsyncGenerator<JobEvent | JobReset, void, void> {
    return readEvents(this.#http, this.id, query);
  }

  /**
   * Electrons that have failed for good, with every error.
   *
   * @example
   * ```ts
   * const brittle = defineAtom<number, number>({
   *   name: "brittle",
   *   process: (n, { fail }) => (n === 2 ? fail("not two", { retryable: false }) : n),
   * });
   * const atom = await grid.publish(brittle);
   * const job = await grid.submit({ atom, input: { list: [1, 2] }, reduce: "sum", policy: { onFailure: { tolerate: 0.5 } } });
   * console.log(await job.result()); // → 1
   * for await (const { payload, errors } of job.deadLetters()) {
   *   console.log(payload, errors[0]?.message); // → 2 not two
   * }
   * ```
   */
  deadLetters({ limit, signal }: ListOptions = {}): AsyncGenerator<DeadLetterView, void, void> {
    const call = { path: pathOf`/jobs/${this.id}/dead-letters`, signal };
    return readPages(this.#http, call, { item: deadLetterView, cursor: "after", limit });
  }

  /** Why nothing, or so little, of it is running: reasons with a code, and a sentence that says what to do. */
  explain({ signal }: Abortable = {}): Promise<ExplainView> {
    return this.#http.read({ path: pathOf`/jobs/${this.id}/explain`, signal }, explainView);
  }

  /** Nothing new starts; what runs may end, and counts. */
  pause(options: Abortable = {}): Promise<JobView> {
    return this.#steer("pause", options);
  }

  /** Goes on after a pause. */
  resume(options: Abortable = {}): Promise<JobView> {
    return this.#steer("resume", options);
  }

  /** Ends the job; a second time changes nothing. */
  cancel(options: Abortable = {}): Promise<JobView> {
    return this.#steer("cancel", options);
  }

  /** Dead letters become ready again: one electron, or all. */
  retry({ electron, signal }: Abortable & { electron?: number | undefined } = {}): Promise<JobView> {
    return this.#steer("retry", { signal }, electron === undefined ? {} : { electron });
  }

  /** Forgets an ended job and all it kept. */
  delete({ signal }: Abortable = {}): Promise<void> {
    return this.#http.send({ method: "DELETE", path: pathOf`/jobs/${this.id}`, signal });
  }

  async #ended(signal: AbortSignal | undefined): Promise<void> {
    for await (const { state } of this.watch({ signal })) if (hasEnded(state)) return;
  }

  #steer(verb: string, { signal }: Abortable, body: unknown = {}): Promise<JobView> {
    const content = { type: "application/json", content: JSON.stringify(body) };
    return this.#http.read({ method: "POST", path: pathOf`/jobs/${this.id}/${verb}`, body: content, signal }, jobView);
  }
}
