/** The order between jobs: the next lease goes to the job with the least granted time for its weight. */
import { PRIORITY_WEIGHTS } from "@valence/shared/policy";
import type { Job } from "./job.js";

/** Granted milliseconds by weight: the least goes first. */
export function share(job: Job): number {
  return job.grantedMs / PRIORITY_WEIGHTS[job.spec.policy.priority];
}

/** Lifts a job to a share, if it has less. */
export function raiseShare(job: Job, least: number): void {
  job.grantedMs = Math.max(job.grantedMs, least * PRIORITY_WEIGHTS[job.spec.policy.priority]);
}
