import { JOB_STATES, type JobState } from "@valence/shared/job-state";
import { jobsPath } from "../frame/route.js";
import { stateLabel } from "../parts/state-label.js";

/** Links, so that a filter has an address, and going back undoes it. */
export function StateFilter({ current }: { current: JobState | null }) {
  return (
    <nav class="filter" aria-label="Jobs by state">
      <FilterLink state={null} current={current} label="All" />
      {JOB_STATES.map((state) => (
        <FilterLink key={state} state={state} current={current} label={stateLabel(state)} />
      ))}
    </nav>
  );
}

type FilterLinkProps = { readonly state: JobState | null; readonly current: JobState | null; readonly label: string };

function FilterLink({ state, current, label }: FilterLinkProps) {
  return (
    <a href={jobsPath({ state })} aria-current={state === current ? "page" : undefined}>
      {label}
    </a>
  );
}
