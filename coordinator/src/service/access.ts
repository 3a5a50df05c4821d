/** Who may see what of a job. */
import type { Caller } from "../api.js";
import type { JobSpec } from "../core/job-spec.js";

type Owned = Pick<JobSpec, "owner" | "private">;

/** The submitter or the operator: may steer the job, and read what it kept and why it failed. */
export function owns(job: Owned, caller: Caller): boolean {
  return caller.admin || (caller.owner !== null && caller.owner === job.owner);
}

/** For anyone else a private job is not there. */
export function sees(job: Owned, caller: Caller): boolean {
  return !job.private || owns(job, caller);
}
