/** What whoever may steer a job can do with it, by its state. Pure. */

import { hasEnded, type JobState } from "@valence/shared/job-state";
import type { JobView } from "@valence/shared/job-view";

export type ActionName = "pause" | "resume" | "cancel" | "retry" | "delete";

export type Action = {
  readonly name: ActionName;
  readonly label: string;
  /** Told when it is done. */
  readonly done: string;
  /** Asked before it is done, for what cannot be undone. */
  readonly question?: { readonly title: string; readonly text: string; readonly yes: string };
};

const ACTIONS: Readonly<Record<ActionName, Action>> = {
  pause: { name: "pause", label: "Pause", done: "The job is paused." },
  resume: { name: "resume", label: "Resume", done: "The job goes on." },
  retry: { name: "retry", label: "Retry what failed", done: "What failed is tried again." },
  cancel: {
    name: "cancel",
    label: "Cancel",
    done: "The job is cancelled.",
    question: {
      title: "Cancel this job?",
      text: "What runs is ended everywhere within a second, and what is not done is skipped. What is done is kept.",
      yes: "Cancel the job",
    },
  },
  delete: {
    name: "delete",
    label: "Delete",
    done: "The job is deleted.",
    question: {
      title: "Delete this job?",
      text: "Its result, its kept results and its dead letters go with it. This cannot be undone.",
      yes: "Delete the job",
    },
  },
};

/** Whether anything can be tried again at `now` (milliseconds since 1970): from the deadline on that is refused. */
export function mayRetry({ progress, deadline }: Pick<JobView, "progress" | "deadline">, now: number): boolean {
  return progress.dead > 0 && (deadline === null || Date.parse(deadline) > now);
}

/** In the order in which they stand; the harmless first. `retriable`: as `mayRetry` says. */
export function actionsFor(state: JobState, retriable: boolean): Action[] {
  const names: ActionName[] = [];
  if (state === "queued" || state === "running") names.push("pause");
  if (state === "paused") names.push("resume");
  if (retriable) names.push("retry");
  names.push(hasEnded(state) ? "delete" : "cancel");
  return names.map((name) => ACTIONS[name]);
}
