/** What a tab that is lent now would work on: what runs, and what waits for a first volunteer. */
import { useSignal } from "@preact/signals";
import { atomName } from "@valence/shared/atom-name";
import { short } from "@valence/shared/human";
import type { JobView } from "@valence/shared/job-view";
import { safeText } from "@valence/shared/safe-text";
import { useEffect } from "preact/hooks";
import { jobPath } from "../frame/route.js";
import { ask } from "../grid/ask.js";
import { isJobView, isPageOf } from "../grid/checks.js";
import type { GridFault } from "../grid/fault.js";
import { poll } from "../grid/poll.js";
import { Meter } from "../parts/meter.js";

const EVERY_MS = 5_000;
const SHOWN_MAX = 5;

export function UpcomingJobs() {
  const jobs = useSignal<readonly JobView[] | null>(null);
  const fault = useSignal<GridFault | null>(null);
  useEffect(() => {
    const asking = poll({
      look: openJobs,
      onSeen: (seen) => {
        jobs.value = seen;
        fault.value = null;
      },
      onFault: (why) => {
        fault.value = why;
      },
      everyMs: () => EVERY_MS,
    });
    return asking.stop;
  }, [jobs, fault]);
  return (
    <section class="flow" aria-labelledby="upcoming-title">
      <h2 id="upcoming-title">What it computes now</h2>
      {fault.value !== null && <p class="aside">{fault.value.message} Trying again.</p>}
      {jobs.value !== null && <JobCards jobs={jobs.value} />}
    </section>
  );
}

async function openJobs(signal: AbortSignal): Promise<JobView[]> {
  const pages = ["running", "queued"].map((state) =>
    ask({ path: `/jobs?state=${state}&limit=${SHOWN_MAX + 1}`, signal }, isPageOf(isJobView)),
  );
  return (await Promise.all(pages)).flatMap(({ items }) => items);
}

function JobCards({ jobs }: { jobs: readonly JobView[] }) {
  if (jobs.length === 0) {
    return (
      <p class="empty">
        No job runs at the moment. A tab that you lend waits, costs nothing meanwhile, and begins by itself when one
        comes.
      </p>
    );
  }
  return (
    <>
      <ul class="job-cards">
        {jobs.slice(0, SHOWN_MAX).map((job) => (
          <JobCard key={job.id} job={job} />
        ))}
      </ul>
      <p class="aside">
        <a href="/jobs">
          {jobs.length > SHOWN_MAX ? "More of them, and what has ended" : "All jobs, and what has ended"}
        </a>
      </p>
    </>
  );
}

function JobCard({ job }: { job: JobView }) {
  const { done, total } = job.progress;
  return (
    <li class="job-card">
      <a class="job-card-name stranger" href={jobPath(job.id)}>
        {safeText(job.name ?? atomName(job.atom))}
      </a>
      <span class="stranger aside">{atomName(job.atom)}</span>
      <Meter done={done} total={total} label={`${short(done)} of ${short(total)} items are done`} />
    </li>
  );
}
