import type { JobState } from "@valence/shared/job-state";
import { stateLabel } from "./state-label.js";

/** Colour, form and word say the same, so that none of them is needed. */
export function StateBadge({ state }: { state: JobState }) {
  return (
    <span class={`badge badge-${state}`}>
      <span class="badge-dot" aria-hidden="true" />
      {stateLabel(state)}
    </span>
  );
}
