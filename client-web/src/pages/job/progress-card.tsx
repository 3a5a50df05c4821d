import { count } from "@valence/shared/human";
import { hasEnded } from "@valence/shared/job-state";
import type { JobView } from "@valence/shared/job-view";
import { now } from "../parts/clock.js";
import { shareText } from "../parts/share-text.js";
import { paceOf } from "./pace.js";
import { type Part, PROGRESS_WORDS, partsOf } from "./progress-parts.js";
import { Why } from "./why.js";
import type { Told } from "./why-told.js";

/** `told`: why the job stands still, or what of it is undone. */
export function ProgressCard({ job, told }: { job: JobView; told: readonly Told[] }) {
  const { done, total } = job.progress;
  const parts = partsOf(job.progress);
  return (
    <section class="card progress-card flow" aria-labelledby="progress-title">
      <h2 id="progress-title">Progress</h2>
      <div class="progress-head">
        <p class="big-number">{shareText(done, total)}</p>
        <p class="aside">
          {count(done)} of {count(total)} {total === 1 ? "item" : "items"}
        </p>
      </div>
      <ProgressBar parts={parts} total={total} />
      <ul class="legend">
        {parts.map(({ name, items }) => (
          <li key={name} class={items === 0 ? "legend-none" : ""} title={PROGRESS_WORDS[name]}>
            <span class={`swatch part-${name}`} aria-hidden="true" />
            {name} <span class="legend-count">{count(items)}</span>
          </li>
        ))}
      </ul>
      {job.stopped && <p>Stopped early: its mean is known as well as was asked for, so the rest was not needed.</p>}
      <Why label={hasEnded(job.state) ? "What is undone" : "Why nothing is running"} told={told} />
      <Pace job={job} />
    </section>
  );
}

function ProgressBar({ parts, total }: { parts: readonly Part[]; total: number }) {
  return (
    <div class="progress-bar" role="img" aria-label="The parts of the job as one bar; the numbers stand below it">
      {parts.map(({ name, items }) =>
        items === 0 ? null : (
          <span key={name} class={`part part-${name}`} style={{ flexGrow: String(items / total) }} />
        ),
      )}
    </div>
  );
}

/** How fast, how long so far, and how long still. */
function Pace({ job }: { job: JobView }) {
  return (
    <dl class="totals">
      {paceOf(job, now.value).map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
