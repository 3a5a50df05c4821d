/** Watches a job to its end, as `run` and `job watch` do: progress on standard error, the answer on standard output. */
import { hasEnded } from "@valence/shared/job-state";
import type { JobView } from "@valence/shared/job-view";
import type { Job } from "../sdk/job.js";
import { answerLines } from "./answer.js";
import { EXIT, type ExitCode, Interrupted } from "./exit-code.js";
import type { Session } from "./grid-options.js";
import { endLine, paintOf, progressLine } from "./job-text.js";

/** Who waits longer for a coordinator that is gone should look what happened to it. */
const SILENT_MS_MAX = 10 * 60_000;

/** With `--json`: `"end"` prints the job once it has ended, `"views"` every view as a line. */
export async function followToEnd(
  job: Job<unknown>,
  session: Session,
  { records }: { records: "end" | "views" },
): Promise<ExitCode> {
  const { output, signal } = session;
  try {
    for await (const view of job.watch({ signal, silentMsMax: SILENT_MS_MAX, onReachable: reachability(session) })) {
      if (output.json && (records === "views" || hasEnded(view.state))) await output.record(view);
      if (hasEnded(view.state)) return await ended(view, session);
      if (!output.json || records === "end") showProgress(view, session);
    }
  } catch (error) {
    output.live().clear();
    if (error instanceof Interrupted) output.note(`Stopped watching; the job goes on. ${hints(job.id)}`);
    throw error;
  }
  return EXIT.failed;
}

function showProgress(view: JobView, { output }: Session): void {
  output.live().show((columns) => progressLine(view, columns));
}

async function ended(view: JobView, { output }: Session): Promise<ExitCode> {
  output.live().clear();
  const paint = paintOf(view.state, output.noteStyle);
  if (!output.json) {
    output.note(endLine(view).replace(view.state, paint(view.state)));
    if (view.result !== null) await output.lines(...answerLines(view.result));
  }
  if (view.state === "succeeded") {
    if (view.result === null && !output.json) output.note(`Its results: valence job results ${view.id}`);
    return EXIT.succeeded;
  }
  if (view.progress.dead > 0 && !output.json) output.note(`What failed: valence job dead-letters ${view.id}`);
  return EXIT.failed;
}

function reachability({ output, grid }: Session): (reachable: boolean) => void {
  return (reachable) =>
    output.note(reachable ? "The coordinator is back." : `No answer from ${grid.url}; trying again.`);
}

function hints(id: string): string {
  return `To go on: valence job watch ${id}; to end it: valence job cancel ${id}`;
}
