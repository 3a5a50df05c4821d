/** The states of a job. Apart from its view, so that the pure core and a command's help load no schemas. */

/** In the order of a job's life; the last three are its ends. */
export const JOB_STATES = ["queued", "running", "paused", "succeeded", "failed", "cancelled"] as const;
/** One of `JOB_STATES`, as it was last committed. */
export type JobState = (typeof JOB_STATES)[number];

const ENDED: readonly JobState[] = ["succeeded", "failed", "cancelled"];

/** True for the states from which a job moves only by `retry`. */
export function hasEnded(state: JobState): boolean {
  return ENDED.includes(state);
}
