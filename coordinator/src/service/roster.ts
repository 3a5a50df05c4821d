/**
 * The list of jobs for those who follow it: which have changed, as latest values, at most once a second for everyone. What
 * changed is kept once and not for each; who has missed more than is kept gets the list anew.
 */
import type { JobSummary } from "@valence/shared/job-view";
import type { Caller, JobsFrame, Page } from "../api.js";
import type { JobSpec } from "../core/job-spec.js";
import { sees } from "./access.js";
import { type Found, unlessGone } from "./jobs.js";
import { Waits } from "./waits.js";

export const ROSTER_INTERVAL_MS = 1_000;
/** Changed jobs that are remembered, the last of each alone. */
export const ROSTER_CHANGES_MAX = 1_000;

export type RosterOptions = {
  /** The newest jobs that the caller may see. */
  readonly page: (caller: Caller) => Promise<Page<JobSummary>>;
  /** @throws GridError `unknown_job` */
  readonly find: (job: string) => Promise<Found>;
};

type Deleted = Pick<JobSpec, "owner" | "private">;
/** What is told of a job, and to whom. Not the job as found, which holds on to its aggregate. */
type Told = Deleted & { readonly summary: JobSummary };
type Change = { readonly revision: number; readonly deleted: Deleted | null; told?: Promise<Told | null> };

export class Roster {
  readonly #options: RosterOptions;
  readonly #waits = new Waits();
  /** By job, the latest change last. */
  readonly #changes = new Map<string, Change>();
  /** Changes that no revision has yet. */
  #fresh = new Map<string, Deleted | null>();
  #revision = 0;
  /** Of the changes up to this revision not all are remembered. */
  #forgotten = 0;
  #followers = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  /** The job was added, has changed, or is deleted; then it is said whose it was. */
  note(job: string, deleted: Deleted | null = null): void {
    if (this.#followers === 0) return;
    this.#fresh.set(job, deleted);
    this.#timer ??= setTimeout(() => this.#publish(), ROSTER_INTERVAL_MS);
  }

  /** The list as it is, then what becomes of it. @throws GridError `draining` */
  async *frames(caller: Caller, signal: AbortSignal): AsyncGenerator<JobsFrame> {
    this.#followers += 1;
    try {
      let seen = this.#revision; // What the page shows and is told again does no harm.
      yield this.#list(caller);
      while (await this.#waits.until(() => this.#revision > seen, signal)) {
        const missed = seen < this.#forgotten;
        const changes = [...this.#changes].filter(([, { revision }]) => revision > seen);
        seen = this.#revision;
        if (missed) yield this.#list(caller);
        else yield* this.#told(changes, caller);
      }
    } finally {
      this.#followers -= 1;
      if (this.#followers === 0) this.#forget();
    }
  }

  close(): void {
    this.#forget();
    this.#waits.close();
  }

  /** Nobody follows: whoever comes next begins with the list. */
  #forget(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#fresh.clear();
    this.#changes.clear();
    this.#forgotten = this.#revision;
  }

  #publish(): void {
    this.#timer = null;
    this.#revision += 1;
    for (const [job, deleted] of this.#fresh) {
      this.#changes.delete(job);
      this.#changes.set(job, { revision: this.#revision, deleted });
    }
    this.#fresh = new Map();
    for (const [job, { revision }] of this.#changes) {
      if (this.#changes.size <= ROSTER_CHANGES_MAX) break;
      this.#changes.delete(job);
      this.#forgotten = revision;
    }
    this.#waits.wake();
  }

  async #list(caller: Caller): Promise<JobsFrame> {
    this.#waits.refuseClosed();
    return { type: "reset", ...(await this.#options.page(caller)) };
  }

  /** Nothing where nothing concerns the caller. */
  async *#told(changes: readonly (readonly [string, Change])[], caller: Caller): AsyncGenerator<JobsFrame> {
    const changed: JobSummary[] = [];
    const deleted: string[] = [];
    for (const [job, change] of changes) {
      if (change.deleted !== null && sees(change.deleted, caller)) deleted.push(job);
      const told = change.deleted === null ? await this.#toldOf(job, change) : null;
      if (told && sees(told, caller)) changed.push(told.summary);
    }
    if (changed.length + deleted.length > 0) yield { type: "changes", changed, deleted };
  }

  /** Asked for once, however many follow; null when it has been deleted since, which is a change of its own. */
  #toldOf(job: string, change: Change): Promise<Told | null> {
    this.#waits.refuseClosed();
    change.told ??= unlessGone(this.#options.find(job)).then((found) => found && toldOf(found));
    return change.told;
  }
}

function toldOf({ spec, summary }: Found): Told {
  return { owner: spec.owner, private: spec.private, summary: summary() };
}
