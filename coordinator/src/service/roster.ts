/**
 * The list of jobs for those who follow it: which have changed, as latest values, at most once a second for everyone. What
 * changed is kept once and not for each; who has missed more than is kept gets the list anew.
 */
import { GridError } from "@valence/shared/errors";
import type { JobSummary } from "@valence/shared/job-view";
import type { Caller, JobsFrame, Page } from "../api.js";
import type { JobSpec } from "../core/job-spec.js";
import { sees } from "./access.js";
import type { Found } from "./jobs.js";
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
type Change = { readonly revision: number; readonly deleted: Deleted | null; found?: Promise<Found | null> };

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
    }
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#waits.close();
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
      const found = change.deleted === null ? await this.#found(job, change) : null;
      if (found && sees(found.spec, caller)) changed.push(found.summary());
    }
    if (changed.length + deleted.length > 0) yield { type: "changes", changed, deleted };
  }

  /** Asked for once, however many follow; null when it has been deleted since, which is a change of its own. */
  #found(job: string, change: Change): Promise<Found | null> {
    this.#waits.refuseClosed();
    change.found ??= this.#options.find(job).catch((error) => {
      if (error instanceof GridError && error.code === "unknown_job") return null;
      throw error;
    });
    return change.found;
  }
}
