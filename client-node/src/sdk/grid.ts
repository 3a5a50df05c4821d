/** A grid, as programs see it: publish atoms, upload lists, submit jobs, look around. */
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Atom } from "@valence/shared/atom";
import type { JobState } from "@valence/shared/job-state";
import {
  type AtomView,
  atomView,
  type JobView,
  jobView,
  type StatsView,
  statsView,
  type UploadView,
  uploaded,
  uploadView,
  type VolunteerView,
  volunteerView,
} from "@valence/shared/job-view";
import type { ReduceRule } from "@valence/shared/reduce-rule";
import type { Value } from "@valence/shared/value";
import * as z from "zod";
import { HttpLink } from "./http-link.js";
import { pathOf } from "./http-path.js";
import { postStream } from "./http-stream.js";
import { type Abortable, Job, type ListOptions } from "./job.js";
import { readPages } from "./pages.js";
import type { PayloadOf, PublishedAtom, ResultOf } from "./published-atom.js";
import type { Carried, Reduced, RuleFor } from "./reduced.js";
import { type AnySubmission, bodyOf, type Submission, type UploadedList } from "./submission.js";
import { bytesOf, type UploadSource } from "./upload-source.js";
import { WatchSockets } from "./watch-sockets.js";

/** Which jobs; without a field, all. */
export type JobsQuery = ListOptions & {
  readonly state?: JobState | undefined;
  /** A name or a full id. */
  readonly atom?: string | undefined;
  /** What its submitter called it. */
  readonly name?: string | undefined;
};

/** How to submit. */
export type SubmitOptions = Abortable & {
  /** Submits with the same key make one job within 24 hours; without it, this one submit does. */
  readonly idempotencyKey?: string | undefined;
};

const published = z.object({ id: z.string(), name: z.string() });
const volunteers = z.object({ items: z.array(volunteerView) });

/**
 * One coordinator at one address. Holds nothing open while nobody watches. Methods throw ProblemError when the coordinator
 * refuses, UnreachableError when it is silent, UnknownAnswerError when it is none, and the signal's reason.
 */
export class Grid {
  readonly #http: HttpLink;
  readonly #sockets: WatchSockets;

  /** Use `connect()`. */
  constructor(url: string, token: string | null) {
    this.#http = new HttpLink(url, token);
    this.#sockets = new WatchSockets(url, token);
  }

  /** Where it is, without a slash at the end. */
  get url(): string {
    return this.#http.url;
  }

  /**
   * Publishes an atom; needs a token. Its `process` travels as its text, so it must not use what stands outside of it: an atom
   * with more to it stands in a file of its own, for `publishFile`.
   *
   * @example
   * ```ts
   * const atom = await grid.publish(defineAtom<number, number>({ name: "cube", process: (n) => n ** 3 }));
   * const job = await grid.submit({ atom, input: { list: [1, 2, 3] }, reduce: "sum" });
   * console.log(await job.result()); // → 36
   * ```
   *
   * @throws BundleError when `process` uses what would be missing
   */
  publish<Payload, Result>(atom: Atom<Payload, Result>, options?: Abortable): Promise<PublishedAtom<Payload, Result>>;
  /** Publishes an ES module without imports, as text or bytes. `bundleAtom` makes one of a file. */
  publish(source: string | Uint8Array<ArrayBuffer>, options?: Abortable): Promise<PublishedAtom>;
  async publish(
    source: string | Uint8Array<ArrayBuffer> | Atom<never>,
    { signal }: Abortable = {},
  ): Promise<PublishedAtom> {
    if (typeof source === "string" || source instanceof Uint8Array) return this.#publish(source, signal);
    const { atomText } = await import("../atom-text.js"); // Only now: most programs name an atom that is there.
    return this.#publish(atomText(source), signal);
  }

  /**
   * Bundles a file whose default export is an atom, TypeScript or JavaScript, and publishes that; needs a token. The types are
   * those of the atom, as `publishFile<typeof atom>(file)` says.
   *
   * @example
   * ```ts
   * import type squares from "./squares.js";
   *
   * const atom = await grid.publishFile<typeof squares>("squares.ts");
   * const job = await grid.submit({ atom, input: { range: { from: 1, to: 1001, chunk: 100 } }, reduce: "sum" });
   * console.log(await job.result()); // → 333833500
   * ```
   *
   * @throws BundleError when the file cannot become an atom
   */
  async publishFile<A = unknown>(
    file: string | URL,
    { signal }: Abortable = {},
  ): Promise<PublishedAtom<PayloadOf<A>, ResultOf<A>>> {
    signal?.throwIfAborted();
    const { bundleAtom } = await import("../bundle.js"); // A bundler takes its time to load.
    const source = await bundleAtom(typeof file === "string" ? file : fileURLToPath(file));
    signal?.throwIfAborted();
    return this.#publish(source, signal);
  }

  /** Every published version, newest first. */
  atoms({ limit, signal }: ListOptions = {}): AsyncGenerator<AtomView, void, void> {
    return readPages(this.#http, { path: "/atoms", signal }, { item: atomView, cursor: "before", limit });
  }

  /**
   * Uploads a list for jobs to come, up to ten million elements, no faster than the coordinator stores them; needs a token. Resolves
   * once all of it is durable; when it rejects, nothing is kept. An upload goes with the last job that used it, or after 7 days without.
   *
   * @example
   * ```ts
   * function* numbers() {
   *   for (let n = 1; n <= 100_000; n++) yield n;
   * }
   * const upload = await grid.upload(numbers());
   * console.log(upload.items); // → 100000
   * const job = await grid.submit({ atom: await grid.publish(square), input: { list: { upload } }, reduce: "max" });
   * console.log(await job.result()); // → 10000000000
   * ```
   *
   * @throws ValueError for a value that cannot be sent, ProblemError with the number of a line that the coordinator refuses
   */
  async upload<Element = unknown>(
    source: UploadSource<Element>,
    { signal }: Abortable = {},
  ): Promise<UploadedList<Element>> {
    const chunks = (stop: AbortSignal) => bytesOf(source, stop);
    return postStream(this.#http, { path: "/inputs", type: "application/x-ndjson", chunks, signal }, uploaded);
  }

  /** The token's own uploads, newest first. */
  uploads({ limit, signal }: ListOptions = {}): AsyncGenerator<UploadView, void, void> {
    return readPages(this.#http, { path: "/inputs", signal }, { item: uploadView, cursor: "before", limit });
  }

  /** Deletes an upload that no job uses. */
  deleteUpload(id: string, { signal }: Abortable = {}): Promise<void> {
    return this.#http.send({ method: "DELETE", path: pathOf`/inputs/${id}`, signal });
  }

  /**
   * Resolves once the coordinator has the job for good; needs a token. However the connection breaks, it makes one job. With an
   * atom as `publish` gave it, the input must hold payloads that it takes, the rule must fold what it returns, and the job
   * knows what `result()` and `results()` give.
   *
   * @example
   * ```ts
   * const atom = await grid.publish(square);
   * const job = await grid.submit({
   *   name: "squares, and how they lie",
   *   atom,
   *   input: { list: [1, 2, 3, 4] },
   *   reduce: { histogram: { from: 0, to: 16, bins: 2 } },
   * });
   * const { counts, over } = await job.result();
   * console.log(counts, over); // → [ 2, 1 ] 1
   * // @ts-expect-error The atom takes numbers.
   * void (() => grid.submit({ atom, input: { list: ["1"] } }));
   * ```
   */
  submit<Payload, Result, const Rule extends RuleFor<Result> | undefined = undefined>(
    submission: Submission<PublishedAtom<Payload, Result>, NoInfer<Payload>, Rule>,
    options?: SubmitOptions,
  ): Promise<Job<Reduced<Rule, Carried<Result>>, Carried<Result>>>;
  /** Of an atom by its name or id: what it takes and returns may be any value. */
  submit<const Rule extends ReduceRule | undefined = undefined>(
    submission: Submission<string, Value, Rule>,
    options?: SubmitOptions,
  ): Promise<Job<Reduced<Rule>>>;
  /** The same, of which the program knows the answer better. */
  submit<Answer>(submission: Submission, options?: SubmitOptions): Promise<Job<Answer>>;
  submit(submission: AnySubmission, options: SubmitOptions = {}): Promise<Job<never, never>> {
    return this.submitBody(bodyOf(submission), options);
  }

  /** As `submit`, for a body of `POST /jobs` as it stands in a file. */
  async submitBody<Answer = Value, ItemResult = Value>(
    body: unknown,
    { idempotencyKey: key = randomUUID(), signal }: SubmitOptions = {},
  ): Promise<Job<Answer, ItemResult>> {
    const content = { type: "application/json", content: JSON.stringify(body) };
    const { id } = await this.#http.readOnce({ method: "POST", path: "/jobs", body: content, key, signal }, jobView);
    return this.job(id);
  }

  /** A job by its id. Asks nobody: an unknown id is refused when the job is asked for something. */
  job<Answer = Value, ItemResult = Value>(id: string): Job<Answer, ItemResult> {
    return new Job(id, { http: this.#http, sockets: this.#sockets });
  }

  /**
   * Jobs, newest first; a page is asked for when it is reached.
   *
   * @example
   * ```ts
   * await (await grid.submit({ name: "listed", atom: await grid.publish(square), input: { list: [1] } })).result();
   * for await (const { name, progress } of grid.jobs({ state: "succeeded", limit: 1 })) {
   *   console.log(name, progress.done); // → listed 1
   * }
   * ```
   */
  jobs({ signal, limit, state, atom, name }: JobsQuery = {}): AsyncGenerator<JobView, void, void> {
    const call = { path: "/jobs", query: { state, atom, name }, signal };
    return readPages(this.#http, call, { item: jobView, cursor: "before", limit });
  }

  /** Connected sessions. */
  async volunteers({ signal }: Abortable = {}): Promise<VolunteerView[]> {
    const { items } = await this.#http.read({ path: "/volunteers", signal }, volunteers);
    return items;
  }

  /** The grid in numbers, as it is now. */
  stats({ signal }: Abortable = {}): Promise<StatsView> {
    return this.#http.read({ path: "/stats", signal }, statsView);
  }

  async #publish(
    content: string | Uint8Array<ArrayBuffer>,
    signal: AbortSignal | undefined,
  ): Promise<Pick<PublishedAtom, "id" | "name" | "created">> {
    const call = { method: "POST", path: "/atoms", body: { type: "text/javascript", content }, signal } as const;
    const { status, body: atom } = await this.#http.readWithStatus(call, published);
    return { ...atom, created: status === 201 };
  }
}
