/** The coordinator as its adapters see it: who may do what, over jobs, atoms and sessions. */
import { GridError } from "@valence/shared/errors";
import type { AtomView, DeadLetterView, JobView, StatsView, VolunteerView } from "@valence/shared/job-view";
import type { Up } from "@valence/shared/protocol/up";
import type { Caller, EventStream, Hello, JobsApi, JobsFrame, Page, VolunteerLink, VolunteersApi } from "./api.js";
import { type AtomReader, atomReader } from "./atoms/atom-reader.js";
import { type Control, Grid } from "./core/grid.js";
import type { Log } from "./log.js";
import { owns, sees } from "./service/access.js";
import { Atoms, atomView } from "./service/atoms.js";
import { deadLetterPage } from "./service/dead-letters.js";
import { Engine, type Sink } from "./service/engine.js";
import { type Found, Jobs, unknownJob } from "./service/jobs.js";
import { Lists } from "./service/lists.js";
import type { ResultsQuery } from "./service/results.js";
import { Retention } from "./service/retention.js";
import { Roster } from "./service/roster.js";
import { Streams } from "./service/streams.js";
import { shortIdentity, volunteerView } from "./service/views.js";
import { Watchers } from "./service/watchers.js";
import type { JobsQuery, Store } from "./store/store.js";

/** Jobs that whoever follows the list begins with: the longest page of `GET /jobs`. */
const ROSTER_JOBS = 200;

/** Opens the coordinator over a store: jobs that had not ended go on. */
export async function openCoordinator(options: { store: Store; log: Log }): Promise<Coordinator> {
  const { store, log } = options;
  const lists = new Lists();
  const grid = new Grid({ boot: await store.boot(), random: Math.random });
  const engine = new Engine({ grid, store, log, payloads: (job, from, to) => lists.payloads(job, from, to) });
  const reader = atomReader();
  const atoms = new Atoms(store, reader);
  const jobs = new Jobs({ engine, store, atoms, lists });
  const unfinished = await store.unfinished();
  if (unfinished.length > 0) log.info("jobs_taken_up", { jobs: unfinished.length });
  for (const saved of unfinished) {
    try {
      void jobs.takeUp(saved);
    } catch (error) {
      log.error("job_damaged", { job: saved.record.id, error }); // the others go on; this one is there to be read and deleted
    }
  }
  return new Coordinator({ store, log, engine, reader, atoms, jobs });
}

type Parts = {
  readonly store: Store;
  readonly log: Log;
  readonly engine: Engine;
  readonly reader: AtomReader;
  readonly atoms: Atoms;
  readonly jobs: Jobs;
};

export class Coordinator implements JobsApi, VolunteersApi {
  readonly #parts: Parts;
  readonly #watchers: Watchers;
  readonly #streams: Streams;
  readonly #roster: Roster;
  readonly #retention: Retention;
  #draining = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { engine, jobs, log } = parts;
    this.#watchers = new Watchers({
      version: (job) => engine.grid.job(job)?.version ?? null,
      view: async (job) => (await jobs.find(job)).view(),
      onFault: (error) => log.error("watchers_failed", { error }),
    });
    this.#streams = new Streams(parts);
    this.#roster = new Roster({
      page: (caller) => jobs.page({ limit: ROSTER_JOBS }, caller, ({ summary }) => summary()),
      find: (job) => jobs.find(job),
    });
    this.#retention = new Retention(parts);
    engine.onCommitted((changed) => {
      for (const job of changed) this.#roster.note(job);
      this.#watchers.wake();
      jobs.sweep();
    });
  }

  publish(source: Uint8Array, caller: Caller) {
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

  async submit(body: unknown, caller: Caller): Promise<JobView> {
    return this.#parts.jobs.submit(body, caller);
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
    this.#roster.note(id, await this.#parts.jobs.delete(id));
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
    const { grid } = this.#parts.engine;
    const now = this.#parts.engine.now().mono;
    const sessions = grid.sessions();
    const slots = sessions.flatMap((session) => session.slots);
    const jobs = { queued: 0, running: 0, paused: 0 };
    let rate = 0;
    for (const { spec, shown } of grid.jobs()) {
      if (shown.state === "queued" || shown.state === "running" || shown.state === "paused") jobs[shown.state] += 1;
      rate += grid.read(spec.id, now)?.rate ?? 0;
    }
    const busy = slots.filter((slot) => slot.leases.length > 0).length;
    return { volunteers: sessions.length, slots: slots.length, busy, rate, jobs, staleReports: grid.staleReports };
  }

  unready(): string | null {
    if (this.#draining) return "the coordinator is stopping";
    const { fault } = this.#parts.engine;
    return fault === null ? null : `the store does not take commits: ${fault}`;
  }

  join(hello: Hello, link: Sink): VolunteerLink {
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

  /** Refuses what is new, and says so on `/readyz`. */
  drain(): void {
    this.#draining = true;
  }

  /** Makes everything that was taken durable, then lets go of the store. */
  async close(): Promise<void> {
    this.drain();
    this.#watchers.close();
    this.#streams.close();
    this.#roster.close();
    this.#retention.close();
    await this.#parts.engine.close();
    await this.#parts.reader.close();
    await this.#parts.store.close();
  }

  async #control(id: string, control: Control, caller: Caller): Promise<JobView> {
    await this.#owned(id, caller);
    await this.#parts.jobs.control(id, control, caller);
    this.#watchers.wake();
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
