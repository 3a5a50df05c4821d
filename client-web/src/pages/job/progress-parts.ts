/** The places in which the items of a job can be; they sum to its total. Pure. */
import type { JobView } from "@valence/shared/job-view";

export type PartName = "done" | "leased" | "waiting" | "dead" | "skipped" | "ready";
export type Part = { readonly name: PartName; readonly items: number };

/** What each of them means. */
export const PROGRESS_WORDS: Readonly<Record<PartName, string>> = {
  done: "computed, and counted for good",
  leased: "with a volunteer now, or on the way back",
  waiting: "failed, and to be tried again in a moment",
  dead: "failed for good: dead letters",
  skipped: "not needed any more: the job ended without them",
  ready: "for the next volunteer",
};

/** In the order in which they stand in the bar. What is in none of the others is ready. */
export function partsOf(progress: JobView["progress"]): Part[] {
  const { total, done, leased, waiting, dead, skipped } = progress;
  const ready = Math.max(0, total - done - leased - waiting - dead - skipped);
  const items = { done, leased, waiting, dead, skipped, ready };
  return (Object.keys(PROGRESS_WORDS) as PartName[]).map((name) => ({ name, items: items[name] }));
}
