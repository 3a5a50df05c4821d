import { atomName, atomVersion } from "@valence/shared/atom-name";
import { etaText } from "@valence/shared/eta-text";
import { short } from "@valence/shared/human";
import { hasEnded } from "@valence/shared/job-state";
import type { JobSummary } from "@valence/shared/job-view";
import { safeText } from "@valence/shared/safe-text";
import { jobPath } from "../frame/route.js";
import { Ago } from "../parts/ago.js";
import { Meter } from "../parts/meter.js";
import { StateBadge } from "../parts/state-badge.js";
import type { Row } from "./job-list.js";

export function JobTable({ rows }: { rows: readonly Row[] }) {
  return (
    <table class="job-table">
      <thead>
        <tr>
          <th scope="col">Job</th>
          <th scope="col">State</th>
          <th scope="col">Done</th>
          <th scope="col" class="number">
            Rate
          </th>
          <th scope="col" class="number">
            Left
          </th>
          <th scope="col" class="number">
            Created
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <JobRow key={row.view.value.id} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function JobRow({ row }: { row: Row }) {
  const job = row.view.value;
  const { done, total, dead } = job.progress;
  return (
    <tr>
      <th scope="row" class="job-cell">
        <a class="job-link stranger" href={jobPath(job.id)}>
          {safeText(job.name ?? atomName(job.atom))}
        </a>
        <span class="job-atom aside stranger">
          {job.name === null ? job.id : atomName(job.atom)} <code>{atomVersion(job.atom)}</code>
        </span>
      </th>
      <td>
        <StateBadge state={job.state} />
      </td>
      <td class="done-cell">
        <Meter done={done} total={total} label={`${short(done)} of ${short(total)} items are done`} />
        <span class="aside items">
          {short(total)} {total === 1 ? "item" : "items"}
          {dead > 0 && <span class="dead-note"> · {short(dead)} dead</span>}
        </span>
      </td>
      <td class="number rate-cell">{job.rate > 0 && job.state === "running" ? `${short(job.rate)}/s` : ""}</td>
      <td class="number left-cell">{leftText(job)}</td>
      <td class="number age-cell">
        <Ago at={job.createdAt} />
      </td>
    </tr>
  );
}

function leftText({ eta, state }: JobSummary): string {
  return eta === null || hasEnded(state) ? "" : etaText(eta);
}
