import type { JobState } from "@valence/shared/job-state";

export function stateLabel(state: JobState): string {
  return state.charAt(0).toUpperCase() + state.slice(1);
}
