/** One page of the list of jobs, and what news of single jobs make of it. Pure. */
import type { JobState } from "@valence/shared/job-state";
import type { JobSummary } from "@valence/shared/job-view";

/** Jobs of a state, or all; the newest, or those before a cursor. */
export type ListQuery = { readonly state: JobState | null; readonly before: string | null };
export type ListPage = { readonly jobs: readonly JobSummary[]; readonly next: string | null };
/** What each of these jobs is now; null for one that was deleted. */
export type News = ReadonlyMap<string, JobSummary | null>;

export const PAGE_JOBS = 25;

/** `lacking`: some are gone, and older ones that this page does not know would take their place. */
export function pageWith(page: ListPage, news: News, query: ListQuery): ListPage & { readonly lacking: boolean } {
  const jobs = new Map(page.jobs.map((job) => [job.id, job]));
  for (const [id, job] of news) {
    if (job === null || !isOfState(job, query)) jobs.delete(id);
    else if (jobs.has(id) || isWithin(job, page, query)) jobs.set(id, job);
  }
  const all = [...jobs.values()].sort(newestFirst);
  const shown = all.slice(0, PAGE_JOBS);
  const next = all.length > shown.length ? (shown.at(-1)?.id ?? null) : page.next;
  return { jobs: shown, next, lacking: next !== null && shown.length < page.jobs.length };
}

function isOfState(job: JobSummary, { state }: ListQuery): boolean {
  return state === null || job.state === state;
}

function isWithin(job: JobSummary, { jobs, next }: ListPage, { before }: ListQuery): boolean {
  const [first, last] = [jobs[0], jobs.at(-1)];
  const fitsAbove = before === null || (first !== undefined && newestFirst(first, job) < 0);
  return fitsAbove && (next === null || (last !== undefined && newestFirst(job, last) < 0));
}

/** As the coordinator orders them. */
function newestFirst(a: JobSummary, b: JobSummary): number {
  return compare(b.createdAt, a.createdAt) || compare(b.id, a.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
