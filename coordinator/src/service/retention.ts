/** How long what has ended outlives its end: the events of a job, then the job, then the atom that no job is of any more. */
import type { Log } from "../log.js";
import type { Store } from "../store/store.js";
import type { Atoms } from "./atoms.js";
import type { Jobs } from "./jobs.js";

const DAY_MS = 24 * 3_600_000;
export const EVENTS_KEPT_MS = 7 * DAY_MS;
/** Some 3 ms of the store's thread, which then serves others. */
const EVENTS_AT_ONCE = 500;
/** Looked up at once, and deleted in a commit each. */
const JOBS_AT_ONCE = 100;

/** Forgets the events of jobs that ended longer ago than that, a few at a time. Rejects as the store does. */
export async function forgetOldEvents(store: Pick<Store, "forgetEvents">): Promise<void> {
  const query = { endedBefore: Date.now() - EVENTS_KEPT_MS, limit: EVENTS_AT_ONCE };
  while (await store.forgetEvents(query));
}

export type OldWork = {
  readonly store: Pick<Store, "endedJobs">;
  readonly jobs: Pick<Jobs, "expire">;
  readonly atoms: Pick<Atoms, "sweep">;
  readonly log: Log;
};

/**
 * Deletes the jobs that ended longer ago than so many days, then atoms as old that no job is of any more. Others' commits go
 * between those of the deletion, and the store clears away the rows later, a little at a time. Rejects as the store does.
 */
export async function forgetOldWork({ store, jobs, atoms, log }: OldWork, keepDays: number): Promise<void> {
  const before = Date.now() - keepDays * DAY_MS;
  for (let deleted = 1; deleted > 0; ) {
    deleted = 0;
    for (const id of await store.endedJobs({ before, limit: JOBS_AT_ONCE })) {
      if (!(await jobs.expire(id, before))) continue;
      deleted += 1;
      log.info("job_expired", { job: id });
    }
  }
  for (const atom of await atoms.sweep(before)) log.info("atom_expired", { atom });
}
