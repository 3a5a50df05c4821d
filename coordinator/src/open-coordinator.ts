/** Puts the parts of a coordinator together over a store, and takes up what the last start has left. */
import { atomReader } from "./atoms/atom-reader.js";
import { Coordinator } from "./coordinator.js";
import { Grid } from "./core/grid.js";
import type { Log } from "./log.js";
import { Atoms } from "./service/atoms.js";
import { Engine } from "./service/engine.js";
import { Expiry } from "./service/expiry.js";
import { Jobs } from "./service/jobs.js";
import { Keys } from "./service/keys.js";
import { Lists } from "./service/lists.js";
import { forgetOldEvents, forgetOldWork } from "./service/retention.js";
import { Submissions } from "./service/submissions.js";
import { Uploads } from "./service/uploads.js";
import type { Store } from "./store/store.js";
import { uploadReader } from "./uploads/upload-reader.js";

export type CoordinatorOptions = {
  readonly store: Store;
  readonly log: Log;
  /** How long ended jobs are kept, and atoms that no job is of; null, and when left out: for ever. */
  readonly keepDays?: number | null;
};

/** Opens the coordinator over a store: jobs that had not ended go on. */
export async function openCoordinator({ store, log, keepDays = null }: CoordinatorOptions): Promise<Coordinator> {
  const lists = new Lists();
  const grid = new Grid({ boot: await store.boot(), random: Math.random });
  const engine = new Engine({ grid, store, log, payloads: (job, from, to) => lists.payloads(job, from, to) });
  const readers = { atoms: atomReader(), uploads: uploadReader() };
  const atoms = new Atoms(store, readers.atoms);
  const uploads = new Uploads(store, readers.uploads);
  const keys = new Keys(store);
  const jobs = new Jobs({ engine, store, lists, uploads });
  const submissions = new Submissions({ engine, store, reader: readers.uploads, atoms, lists, uploads, keys });
  const unfinished = await store.unfinished();
  if (unfinished.length > 0) log.info("jobs_taken_up", { jobs: unfinished.length });
  for (const saved of unfinished) {
    try {
      await jobs.takeUp(saved);
    } catch (error) {
      log.error("job_damaged", { job: saved.record.id, error }); // the others go on; this one is there to be read and deleted
    }
  }
  const sweeps = [() => keys.sweep(), () => uploads.sweep(), () => forgetOldEvents(store)];
  if (keepDays !== null) sweeps.push(() => forgetOldWork({ store, jobs, atoms, log }, keepDays));
  const expiry = new Expiry(sweeps, log);
  return new Coordinator({ store, log, engine, readers, atoms, uploads, jobs, submissions, expiry });
}
