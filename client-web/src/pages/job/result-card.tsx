import { hasEnded } from "@valence/shared/job-state";
import type { JobView } from "@valence/shared/job-view";
import { useMemo } from "preact/hooks";
import { CopyButton } from "../parts/copy-button.js";
import { Result } from "./result.js";
import { resultView } from "./result-view.js";

export function ResultCard({ job }: { job: JobView }) {
  const view = useMemo(() => resultView(job.result, job.reduce), [job.result, job.reduce]);
  return (
    <section class="card flow" aria-labelledby="result-title">
      <div class="card-head">
        <h2 id="result-title">{hasEnded(job.state) ? "Result" : "Result so far"}</h2>
        {job.result !== null && <CopyButton text={() => JSON.stringify(job.result)} what="the result as JSON" />}
      </div>
      {view.kind === "nothing" ? <NoResult job={job} /> : <Result view={view} />}
    </section>
  );
}

function NoResult({ job }: { job: JobView }) {
  if (job.progress.done === 0 || job.reduce !== null) {
    return (
      <p class="empty">
        {hasEnded(job.state) ? "Nothing was computed." : "Nothing yet: it appears with the first result."}
      </p>
    );
  }
  const command = `npx --no valence job results ${job.id}`;
  return (
    <>
      <p class="empty">This job keeps each result instead of combining them. Its owner reads them with:</p>
      <div class="command">
        <code>{command}</code>
        <CopyButton text={() => command} what="the command" />
      </div>
    </>
  );
}
