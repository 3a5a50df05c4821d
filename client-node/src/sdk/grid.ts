/** A grid, as programs see it: publish atoms, upload lists, submit jobs, look around. */
import { randomUUID } from "node:crypto";
import type { JobState } from "@valence/shared/job-state";
import {
  type AtomView,
  atomView,
  type JobView,
  jobView,
  type StatsView,
  statsView,
  type Uploaded,
  type UploadView,
  uploaded,
  uploadView,
  type VolunteerView,
  volunteerView,
} from "@valence/shared/job-view";
import type { Value } from "@valence/shared/value";
import * as z from "zod";
import { HttpLink, pathOf } from "./http-link.js";
import { postStream } from "./http-stream.js";
import { type Abortable, Job } from "./job.js";
import { readPages } from "./pages.js";
import { bodyOf, type Submission } from "./submission.js";
import { bytesOf, type UploadSource } from "./upload-source.js";
import { WatchSockets } from "./watch-sockets.js";

/** A published atom; `created` is false when the same bytes had been published before. */
export type Published = { readonly id: string; readonly name: string; readonly created: boolean };

/** Which jobs; without a field, all. */
export type JobsQuery = Abortable & {
  readonly state?: JobState | undefined;
  /** A name or a full id. */
  readonly atom?: string | undefined;
  readonly name?: string | undefined;
  /** At most so many. */
  readonly limit?: number | undefined;
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

  /** Publishes an ES module without imports, as text or bytes; needs a token. `bundleAtom` makes one of a file. */
  async publish(source: string | Uint8Array<ArrayBuffer>, { signal }: Abortable = {}): Promise<Published> {
    const body = { type: "text/javascript", content: source };
    const call = { method: "POST", path: "/atoms", body, signal } as const;
    const { status, body: atom } = await this.#http.readWithStatus(call, published);
    return { ...atom, created: status === 201 };
  }

  /** Every published version, newest first. */
  atoms({ limit, signal }: Abortable & { limit?: number | undefined } = {}): AsyncGenerator<AtomView, void, void> {
    return readPages(this.#http, { path: "/atoms", signal }, { item: atomView, cursor: "before", limit });
  }

  /**
   * Uploads a list for jobs to come, up to ten million elements, no faster than the coordinator stores them; needs a token. Resolves
   * once all of it is durable; when it rejects, nothing is kept. An upload goes with the last job that used it, or after 7 days without.
   *
   * @throws ValueError for a value that cannot be sent, ProblemError with the number of a line that the coordinator refuses
   */
  async upload(source: UploadSource, { signal }: Abortable = {}): Promise<Uploaded> {
    const call = { path: "/inputs", type: "application/x-ndjson", chunks: bytesOf(source), signal };
    return postStream(this.#http, call, uploaded);
  }

  /** The token's own uploads, newest first. */
  uploads({ limit, signal }: Abortable & { limit?: number | undefined } = {}): AsyncGenerator<UploadView, void, void> {
    return readPages(this.#http, { path: "/inputs", signal }, { item: uploadView, cursor: "before", limit });
  }

  /** Deletes an upload that no job uses. */
  deleteUpload(id: string, { signal }: Abortable = {}): Promise<void> {
    return this.#http.send({ method: "DELETE", path: pathOf`/inputs/${id}`, signal });
  }

  /** Resolves once the coordinator has the job for good; needs a token. However the connection breaks, it makes one job. */
  submit<Result = Value>(submission: Submission, options: SubmitOptions = {}): Promise<Job<Result>> {
    return this.submitBody(bodyOf(submission), options);
  }

  /** As `submit`, for a body of `POST /jobs` as it stands in a file. */
  async submitBody<Result = Value>(
    body: unknown,
    { idempotencyKey: key = randomUUID(), signal }: SubmitOptions = {},
  ): Promise<Job<Result>> {
    const content = { type: "application/json", content: JSON.stringify(body) };
    const { id } = await this.#http.readOnce({ method: "POST", path: "/jobs", body: content, key, signal }, jobView);
    return this.job(id);
  }

  /** A job by its id. Asks nobody: an unknown id is refused when the job is asked for something. */
  job<Result = Value>(id: string): Job<Result> {
    return new Job(id, { http: this.#http, sockets: this.#sockets });
  }

  /** Jobs, newest first. */
  jobs({ signal, limit, state, atom, name }: JobsQuery = {}): AsyncGenerator<JobView, void, void> {
    const call = { path: "/jobs", query: { state, atom, name }, signal };
    return readPages(this.#http, call, { item: jobView, cursor: "before", limit });
  }

  /** Connected sessions. */
  async volunteers({ signal }: Abortable = {}): Promise<VolunteerView[]> {
    const { items } = await this.#http.read({ path: "/volunteers", signal }, volunteers);
    return items;
  }

  stats({ signal }: Abortable = {}): Promise<StatsView> {
    return this.#http.read({ path: "/stats", signal }, statsView);
  }
}
