/** `/jobs`: all jobs that this visitor may see, newest first, as they are now. */

import type { JobState } from "@valence/shared/job-state";
import { useEffect, useMemo } from "preact/hooks";
import { Heading } from "../frame/heading.js";
import { jobsPath } from "../frame/route.js";
import type { GridFault } from "../grid/fault.js";
import { stateLabel } from "../parts/state-label.js";
import { JobList } from "./job-list.js";
import { JobTable } from "./job-table.js";
import { StateFilter } from "./state-filter.js";

type JobsPageProps = { readonly state: JobState | null; readonly before: string | null };

export function JobsPage({ state, before }: JobsPageProps) {
  const list = useMemo(() => new JobList({ state, before }), [state, before]);
  useEffect(() => () => list.close(), [list]);
  const shown = list.shown.value;
  return (
    <div class="page flow">
      <Heading title="Jobs · Valence">Jobs</Heading>
      <StateFilter current={state} />
      <Fault fault={list.fault.value} stale={shown !== null} />
      {shown !== null && shown.rows.length > 0 && <JobTable rows={shown.rows} />}
      {shown !== null && shown.rows.length === 0 && <NoJobs state={state} before={before} more={shown.next !== null} />}
      {shown !== null && <Paging state={state} before={before} next={shown.next} />}
    </div>
  );
}

function Fault({ fault, stale }: { fault: GridFault | null; stale: boolean }) {
  if (fault === null) return null;
  return (
    <p class="alert" role="alert">
      {fault.message} {stale ? "What you see is from before; trying again." : "Trying again."}
    </p>
  );
}

function NoJobs({ state, before, more }: JobsPageProps & { more: boolean }) {
  if (more) return <p class="empty">All jobs of this page are private. There are older ones.</p>;
  if (before !== null) return <p class="empty">There are no older jobs.</p>;
  if (state !== null) {
    return (
      <p class="empty">
        No job is {stateLabel(state).toLowerCase()} now. <a href="/jobs">Show all jobs</a>
      </p>
    );
  }
  return (
    <div class="empty">
      <p>No jobs yet. Whoever has a token submits the first one, in a checkout of Valence:</p>
      <div class="command">
        <code>npx --no valence run examples/prime-count/atom.ts --range 0..1e7 --reduce sum</code>
      </div>
    </div>
  );
}

function Paging({ state, before, next }: JobsPageProps & { next: string | null }) {
  if (before === null && next === null) return null;
  return (
    <nav class="paging" aria-label="Pages of the list">
      {before !== null && <a href={jobsPath({ state })}>Newest</a>}
      {next !== null && <a href={jobsPath({ state, before: next })}>Older</a>}
    </nav>
  );
}
