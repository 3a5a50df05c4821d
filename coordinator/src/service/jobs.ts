/** Jobs from request to answer: those at work live in the core, the others in the store; outsiders see no difference. */
import { GridError } from "@valence/shared/errors";
import { hasEnded } from "@valence/shared/job-state";
import type { JobSummary, JobView } from "@valence/shared/job-view";
import { decodeValue } from "@valence/shared/value-codec";
import type { Caller, Page } from "../api.js";
import { endedError } from "../core/ended.js";
import type { Control } from "../core/grid.js";
import { type Job, readJob, readProgress } from "../core/job.js";
import { type JobSpec, uploadOf } from "../core/job-spec.js";
import type { JobRecord, JobStatus } from "../core/writes.js";
import type { JobEntry, JobsQuery, SavedJob, Store } from "../store/store.js";
import { shortOwner } from "../tokens.js";
import { sees } from "./access.js";
import { askedOf } from "./asked-of-store.js";
import type { Engine } from "./engine.js";
import { type Lists, listOf } from "./lists.js";
import { Turns } from "./turns.js";
import type { Uploads } from "./uploads.js";
import { liveSummary, liveView, storedSummary, storedView } from "./views.js";

/** A job as found: its spec, its status as last committed, and how to read more of it. */
export type Found = {
  readonly spec: JobSpec;
  readonly status: Pick<JobStatus, "state" | "chunk" | "error" | "dead">;
  readonly view: () => JobView;
  readonly summary: () => JobSummary;
  /** The number of its newest event that is shown. */
  readonly newest: () => number;
  /** As the core holds it; null for one that lies in the store alone. */
  readonly live: Job | null;
};

export class Jobs {
  readonly #engine: Engine;
  readonly #store: Store;
  readonly #lists: Lists;
  readonly #uploads: Uploads;
  /** What changes an ended job is done one at a time. */
  readonly #turns = new Turns();
  readonly #onDeleted = new Set<(spec: JobSpec) => void>();

  constructor(parts: { engine: Engine; store: Store; lists: Lists; uploads: Uploads }) {
    this.#engine = parts.engine;
    this.#store = parts.store;
    this.#lists = parts.lists;
    this.#uploads = parts.uploads;
  }

  /** A job that had not ended goes on; one that had is there to be retried. Resolves once it is taken up. */
  async takeUp(saved: SavedJob): Promise<void> {
    const spec = specOf(saved.record);
    const fit = this.#lists.keep(spec.id, await listOf(this.#store, spec, saved.record.list));
    void this.#engine.step((grid, now) => grid.restore(spec, fit, saved, now));
  }

  /** @throws GridError `unknown_job` */
  async find(id: string): Promise<Found> {
    const live = this.#engine.grid.job(id);
    if (live && live.version > 0) {
      const { spec, shown: status } = live;
      const view = () => liveView(spec, readJob(live, this.#engine.now().mono));
      const summary = () => liveSummary(spec, readProgress(live, this.#engine.now().mono));
      return { spec, status, view, summary, newest: () => live.eventsShown, live };
    }
    const entry = await this.#store.job(id);
    if (!entry) throw unknownJob(id);
    return foundOf(entry);
  }

  /** Of the jobs that the caller may see, what `read` makes of each. */
  async page<T>(query: JobsQuery, caller: Caller, read: (job: Found) => T): Promise<Page<T>> {
    const entries = await this.#store.jobs(query);
    const items: T[] = [];
    for (const entry of entries) {
      const found = this.#engine.grid.job(entry.record.id) ? await this.find(entry.record.id) : foundOf(entry);
      if (sees(found.spec, caller)) items.push(read(found));
    }
    return { items, next: entries.length < query.limit ? null : (entries.at(-1)?.record.id ?? null) };
  }

  /** Resolves once the change is durable. @throws GridError `job_ended`, `nothing_to_retry` */
  async control(id: string, control: Control, caller: Caller): Promise<void> {
    if (this.#engine.grid.job(id)) return this.#steer(id, control, caller);
    const { spec, status } = await this.find(id);
    if (control.type === "cancel") return undefined;
    if (control.type !== "retry") throw endedError({ spec, ...status }, this.#engine.now().wall);
    return this.#turns.take(id, () => this.#retry(id, control, caller));
  }

  /** Calls back once the deletion of a job is durable. */
  onDeleted(listener: (spec: JobSpec) => void): void {
    this.#onDeleted.add(listener);
  }

  /** @throws GridError `job_not_ended` */
  delete(id: string): Promise<void> {
    return this.#turns.take(id, async () => {
      const { spec, status } = await this.find(id);
      if (this.#engine.grid.job(id) || !hasEnded(status.state)) {
        throw new GridError("job_not_ended", "only an ended job can be deleted: cancel it first.");
      }
      await this.#delete(spec);
    });
  }

  /** Deletes a job that ended before that time; false for one that is not there any more, or was retried. */
  expire(id: string, before: number): Promise<boolean> {
    return this.#turns.take(id, async () => {
      const entry = this.#engine.grid.job(id) ? null : await this.#store.job(id);
      const endedAt = entry?.status.endedAt ?? null;
      if (entry === null || endedAt === null || endedAt >= before) return false;
      await this.#delete(specOf(entry.record));
      return true;
    });
  }

  /** After commits: what ended needs its list no more. */
  sweep(): void {
    for (const id of this.#lists.jobs()) if (!this.#engine.grid.job(id)) this.#lists.close(id);
  }

  #steer(id: string, control: Control, caller: Caller): Promise<void> {
    return this.#engine.step((grid, now) => grid.control(id, control, shortOwner(caller), now));
  }

  async #delete(spec: JobSpec): Promise<void> {
    await askedOf(this.#store.commit([{ type: "delete", job: spec.id }, ...this.#uploads.release(uploadOf(spec))]));
    for (const listener of this.#onDeleted) listener(spec);
  }

  async #retry(id: string, control: Control, caller: Caller): Promise<void> {
    const saved = this.#engine.grid.job(id) ? null : await this.#store.saved(id);
    if (saved) await this.takeUp(saved);
    try {
      await this.#steer(id, control, caller);
    } catch (error) {
      const job = this.#engine.grid.job(id);
      if (job && hasEnded(job.state)) this.#engine.grid.drop(id);
      throw error;
    }
  }
}

/** For a job that is not there, or not for this caller. */
export function unknownJob(id: string): GridError {
  return new GridError("unknown_job", `There is no job ${JSON.stringify(id.slice(0, 40))}.`);
}

/** What is looked for, or null for a job that has been deleted since. */
export async function unlessGone(finding: Promise<Found>): Promise<Found | null> {
  try {
    return await finding;
  } catch (error) {
    if (error instanceof GridError && error.code === "unknown_job") return null;
    throw error;
  }
}

function foundOf({ record, status, lastEvent }: JobEntry): Found {
  const spec = specOf(record);
  const view = () => storedView(spec, status);
  const summary = () => storedSummary(spec, status);
  return { spec, status, view, summary, newest: () => lastEvent, live: null };
}

function specOf({ spec }: Pick<JobRecord, "spec">): JobSpec {
  const packed = decodeValue(spec) as Omit<JobSpec, "deadlineAt"> & Partial<JobSpec>; // by `submit`, now or before there were deadlines
  return { ...packed, deadlineAt: packed.deadlineAt ?? null };
}
