/** What is said of a job that has ended, and of one that is about to. */
import { GridError } from "@valence/shared/errors";
import type { JobState } from "@valence/shared/job-state";
import type { JobSpec } from "./job-spec.js";

/** `has succeeded`, `has failed`, `was cancelled`. */
export function endWords(state: JobState): string {
  return state === "cancelled" ? "was cancelled" : `has ${state}`;
}

/** A `job_ended` that names what may still be done with it at `wall` (milliseconds): no more than would not be refused in turn. */
export function endedError(job: { spec: JobSpec; state: JobState; dead: number }, wall: number): GridError {
  const { keep, deadlineAt } = job.spec;
  const retry = job.dead > 0 && (deadlineAt ?? Number.POSITIVE_INFINITY) > wall;
  const left = [...(retry ? ["retry"] : []), ...(keep ? ["results"] : []), "delete"];
  const list = [left.slice(0, -1).join(", "), left.at(-1)].filter(Boolean).join(" and ");
  return new GridError(
    "job_ended",
    `the job ${endWords(job.state)}; only ${list} ${left.length > 1 ? "are" : "is"} left`,
  );
}

/** A `job_ended` for a job whose end nobody has been told of yet. */
export function endingError(state: JobState): GridError {
  return new GridError("job_ended", `the job is about to end (${state}): its last commit waits for the disk`);
}
