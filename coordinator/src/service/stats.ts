/** The grid in numbers. */
import type { StatsView } from "@valence/shared/job-view";
import type { Grid } from "../core/grid.js";

export function gridStats(grid: Grid, nowMs: number): StatsView {
  const sessions = grid.sessions();
  const slots = sessions.flatMap((session) => session.slots);
  const jobs = { queued: 0, running: 0, paused: 0 };
  let rate = 0;
  for (const { spec, shown } of grid.jobs()) {
    if (shown.state === "queued" || shown.state === "running" || shown.state === "paused") jobs[shown.state] += 1;
    rate += grid.read(spec.id, nowMs)?.rate ?? 0;
  }
  const busy = slots.filter((slot) => slot.leases.length > 0).length;
  const { stale: staleReports, copies } = grid.tallies;
  return { volunteers: sessions.length, slots: slots.length, busy, rate, jobs, staleReports, copies: { ...copies } };
}
