/** The coordinator as its adapters see it: who may do what, over jobs, atoms and sessions. */
import { GridError } from "@valence/shared/errors";
import type {
  AtomView,
  DeadLetterView,
  ExplainView,
  JobView,
  StatsView,
  Uploaded,
  UploadView,
  VolunteerView,
} from "@valence/shared/job-view";
import type { Up } from "@valence/shared/protocol/up";
import type {
  Caller,
  EventStream,
  Hello,
  JobsApi,
  JobsFrame,
  Link,
  Page,
  VolunteerLink,
  VolunteersApi,
} from "./api.js";
import type { AtomReader } from "./atoms/atom-reader.js";
import type { Control } from "./core/grid.js";
import type { Log } from "./log.js";
import { owns, sees } from "./service/access.js";
import { type Atoms, atomView } from "./service/atoms.js";
import { deadLetterPage } from "./service/dead-letters.js";
import type { Engine } from "./service/engine.js";
import type { Expiry } from "./service/expiry.js";
import { explained } from "./service/explain.js";
import { type Found, type Jobs, unknownJob, unlessGone } from "./service/jobs.js";
import type { ResultsQuery } from "./service/results.js";
import { Roster } from "./service/roster.js";
import { gridStats } from "./service/stats.js";
import { Streams } from "./service/streams.js";
import type { Submissions } from "./service/submissions.js";
import type { Uploads } from "./service/uploads.js";
import { shortIdentity, volunteerView } from "./service/views.js";
import { Watchers } from "./service/watchers.js";
import type { JobsQuery, Store } from "./store/store.js";
import type { UploadReader } from "./uploads/upload-reader.js";

/** The running electrons have 0.7 s of it; the rest is for a slow disk. */
const DRAIN_MS_MAX = 4_000;
const STOPPING = "the coordinator is stopping";
/** Jobs that whoever follows the list begins with: the longest page of `GET /jobs`. */
const ROSTER_JOBS = 200;

export type Parts = {
  readonly store: Store;
  readonly log: Log;
  readonly engine: Engine;
  readonly readers: { readonly atoms: AtomReader; readonly uploads: UploadReader };
  readonly atoms: Atoms;
  readonly uploads: Uploads;
  readonly jobs: Jobs;
  readonly submissions: Submissions;
  readonly expiry: Expiry;
};

export class Coordinator implements JobsApi, VolunteersApi {
  readonly #parts: Parts;
  readonly #watchers: Watchers;
  readonly #streams: Streams;
  readonly #roster: Roster;
  #draining: Promise<void> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { engine, jobs, log } = parts;
    this.#watchers = new Watchers({
      version: (job) => engine.grid.job(job)?.version ?? null,
      view: async (job) => (await unlessGone(jobs.find(job)))?.view() ?? null,
      onFault: (error) => log.error("watchers_failed", { error }),
    });
    this.#streams = new Streams(parts);
    this.#roster = new Roster({
      page: (caller) => jobs.page({ limit: ROSTER_JOBS }, caller, ({ summary }) => summary()),
      find: (job) => jobs.find(job),
    });
    jobs.onDeleted((spec) => this.#roster.note(spec.id, spec));
    engine.onCommitted((changed) => {
      for (const job of changed) this.#roster.note(job);
      this.#watchers.wake(changed);
      jobs.sweep();
    });
  }

  async publish(source: Uint8Array, caller: Caller) {
    this.#refuseWhenDraining();
    return this.#parts.atoms.publish(source, caller);
  }

  atoms(query: { before?: string | undefined; limit: number }): Promise<Page<AtomView>> {
    return this.#parts.atoms.page(query);
  }

  async atom(id: string): Promise<AtomView> {
    return atomView(await this.#parts.atoms.find(id));
  }

  async atomSource(id: string): Promise<Uint8Array> {
    return (await this.#parts.atoms.find(id)).source;
  }

  async upload(lines: AsyncIterable<Uint8Array>, caller: Caller): Promise<Uploaded> {
    this.#refuseWhenDraining();
    const uploaded = await this.#parts.uploads.take(lines, caller);
    const { id: upload, items, bytes } = uploaded;
    this.#parts.log.info("upload_kept", { upload, items, bytes });
    return uploaded;
  }

  uploads(query: { before?: string | undefined; limit: number }, caller: Caller): Promise<Page<UploadView>> {
    return this.#parts.uploads.page(query, caller);
  }

  uploadView(id: string, caller: Caller): Promise<UploadView> {
    return this.#parts.uploads.view(id, caller);
  }

  deleteUpload(id: string, caller: Caller): Promise<void> {
    return this.#parts.uploads.delete(id, caller);
  }

  async submit(body: unknown, caller: Caller, key: string | null): Promise<{ job: JobView; replayed: boolean }> {
    this.#refuseWhenDraining();
    const { job, replayed } = await this.#parts.submissions.submit(body, caller, key);
    return { job: await this.job(job, caller), replayed };
  }

  jobs(query: JobsQuery, caller: Caller): Promise<Page<JobView>> {
    return this.#parts.jobs.page(query, caller, ({ view }) => view());
  }

  async job(id: string, caller: Caller): Promise<JobView> {
    return (await this.#visible(id, caller)).view();
  }

  pause(id: string, caller: Caller): Promise<JobView> {
    return this.#control(id, { type: "pause" }, caller);
  }

  resume(id: string, caller: Caller): Promise<JobView> {
    return this.#control(id, { type: "resume" }, caller);
  }

  cancel(id: string, caller: Caller): Promise<JobView> {
    return this.#control(id, { type: "cancel" }, caller);
  }

  retry(id: string, electron: number | null, caller: Caller): Promise<JobView> {
    return this.#control(id, { type: "retry", electron }, caller);
  }

  async delete(id: string, caller: Caller): Promise<void> {
    await this.#owned(id, caller);
    await this.#parts.jobs.delete(id);
  }

  async results(id: string, query: ResultsQuery, caller: Caller, signal: AbortSignal): Promise<AsyncIterable<string>> {
    const { spec } = await this.#owned(id, caller);
    if (!spec.keep) {
      throw new GridError(
        "results_not_kept",
        "the job keeps only its aggregate: submit it with keep, or without a reduce.",
      );
    }
    return this.#streams.results(spec, query, signal);
  }

  async events(id: string, { since }: { since: number }, caller: Caller, signal: AbortSignal): Promise<EventStream> {
    const { spec } = await this.#visible(id, caller);
    return this.#streams.events(id, { since, owned: owns(spec, caller) }, signal);
  }

  async deadLetters(
    id: string,
    query: { after: number; limit: number },
    caller: Caller,
  ): Promise<Page<DeadLetterView>> {
    const { spec, status } = await this.#owned(id, caller);
    return deadLetterPage(this.#parts.store, spec, status.chunk ?? 1, query);
  }

  async explain(id: string, caller: Caller): Promise<ExplainView> {
    return explained(this.#parts.engine, await this.#visible(id, caller));
  }

  async watch(id: string, caller: Caller, onView: (view: JobView) => void): Promise<() => void> {
    const { view } = await this.#visible(id, caller);
    onView(view());
    return this.#watchers.add(id, onView);
  }

  watchJobs(caller: Caller, signal: AbortSignal): AsyncIterable<JobsFrame> {
    return this.#roster.frames(caller, signal);
  }

  volunteers(): VolunteerView[] {
    return this.#parts.engine.grid.sessions().map(volunteerView);
  }

  part(session: string): void {
    this.#parts.engine.note((grid, now) => grid.part(session, now));
  }

  stats(): StatsView {
    const { engine } = this.#parts;
    return gridStats(engine.grid, engine.now().mono);
  }

  unready(): string | null {
    if (this.#draining) return STOPPING;
    const { fault } = this.#parts.engine;
    return fault === null ? null : `the store does not take commits: ${fault}`;
  }

  join(hello: Hello, link: Link): VolunteerLink {
    this.#refuseWhenDraining();
    const { engine } = this.#parts;
    engine.note((grid, now) => {
      const effects = grid.join(hello, now);
      engine.attach(hello.session, link);
      return effects;
    });
    const { session, identity, slots, agent } = hello;
    const volunteer = shortIdentity(identity);
    this.#parts.log.info("volunteer_joined", { volunteer, slots, agent });
    return {
      receive: (message: Up) => {
        if (engine.attached(session, link)) engine.note((grid, now) => grid.receive(session, message, now));
      },
      heard: () => {
        if (engine.attached(session, link)) engine.grid.heard(session, engine.now());
      },
      cut: () => {
        if (!engine.detach(session, link)) return;
        this.#parts.log.info("volunteer_gone", { volunteer });
        engine.note((grid, now) => grid.cut(session, now));
      },
    };
  }

  /** Refuses what is new, says so on `/readyz`, and waits for what is out to come back. */
  drain(): Promise<void> {
    this.#draining ??= this.#parts.engine.drain(DRAIN_MS_MAX);
    return this.#draining;
  }

  /** Makes everything that was taken durable, then lets go of the store. */
  async close(): Promise<void> {
    await this.drain();
    this.#watchers.close();
    this.#streams.close();
    this.#roster.close();
    this.#parts.expiry.close();
    await this.#parts.readers.uploads.close(); // ends the uploads under way
    await this.#parts.engine.close();
    await this.#parts.readers.atoms.close();
    await this.#parts.store.close();
  }

  #refuseWhenDraining(): void {
    if (this.#draining) throw new GridError("draining", `${STOPPING}: ask again when it is back.`);
  }

  async #control(id: string, control: Control, caller: Caller): Promise<JobView> {
    await this.#owned(id, caller);
    await this.#parts.jobs.control(id, control, caller);
    this.#watchers.wake([id]);
    return this.job(id, caller);
  }

  async #visible(id: string, caller: Caller): Promise<Found> {
    const found = await this.#parts.jobs.find(id);
    if (!sees(found.spec, caller)) throw unknownJob(id);
    return found;
  }

  async #owned(id: string, caller: Caller): Promise<Found> {
    const found = await this.#visible(id, caller);
    if (owns(found.spec, caller)) return found;
    if (caller.owner === null)
      throw new GridError("unauthorized", "this needs the token of the job's owner or of the operator.");
    throw new GridError("forbidden", "the job belongs to another token.");
  }
}
