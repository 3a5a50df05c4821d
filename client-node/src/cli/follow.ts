/** Watches a job to its end, as `run` and `job watch` do: progress on standard error, the answer on standard output. */
import { hasEnded } from "@valence/shared/job-state";
import type { JobView } from "@valence/shared/job-view";
import { REASONS, type ReasonCode } from "@valence/shared/reasons";
import { safeText } from "@valence/shared/safe-text";
import type { ToldReason } from "@valence/shared/standstill";
import type { Job } from "../sdk/job.js";
import { answerLines } from "./answer.js";
import { EXIT, type ExitCode, Interrupted } from "./exit-code.js";
import type { Session } from "./grid-options.js";
import { endLine, paintOf, progressLine } from "./job-text.js";
import { Standstill } from "./standstill.js";

/** Who waits longer for a coordinator that is gone should look what happened to it. */
const SILENT_MS_MAX = 10 * 60_000;

/** With `--json`: `"end"` prints the job once it has ended, `"views"` every view as a line. */
export async function followToEnd(
  job: Job<unknown>,
  session: Session,
  { records }: { records: "end" | "views" },
): Promise<ExitCode> {
  const { output, signal } = session;
  const progress = new Progress(job, session);
  try {
    for await (const view of job.watch({ signal, silentMsMax: SILENT_MS_MAX, onReachable: reachability(session) })) {
      if (output.json && (records === "views" || hasEnded(view.state))) await output.record(view);
      if (hasEnded(view.state)) return await ended(view, session);
      if (!output.json || records === "end") progress.see(view);
    }
  } catch (error) {
    output.live().clear();
    if (error instanceof Interrupted) output.note(`Stopped watching; the job goes on. ${hints(job.id)}`);
    throw error;
  } finally {
    progress.close();
  }
  return EXIT.failed;
}

/** How far the job is, as the live line; why it stands still, as a note each time that it is another reason. */
class Progress {
  readonly #output: Session["output"];
  readonly #standstill: Standstill;
  #view: JobView | null = null;
  #why: string | null = null;
  #noted = "";

  constructor(job: Job<unknown>, { output, signal }: Session) {
    this.#output = output;
    this.#standstill = new Standstill({
      explain: () => job.explain({ signal }),
      onReasons: (reasons) => this.#tell(reasons),
    });
  }

  see(view: JobView): void {
    this.#view = view;
    this.#standstill.see(view);
    this.#show();
  }

  close(): void {
    this.#standstill.close();
  }

  #tell(reasons: readonly ToldReason[]): void {
    const codes = reasons.map(({ code }) => code).join();
    this.#why = reasons[0] ? titleOf(reasons[0]) : null;
    if (codes !== "" && codes !== this.#noted) for (const { message } of reasons) this.#output.note(safeText(message));
    if (codes !== "") this.#noted = codes; // what it says again, it says on the line
    this.#show();
  }

  #show(): void {
    const view = this.#view;
    if (view) this.#output.live().show((columns) => progressLine(view, columns, this.#why));
  }
}

/** In the middle of a line. A code of a newer coordinator stands for itself. */
function titleOf({ code }: ToldReason): string {
  const title = Object.hasOwn(REASONS, code) ? REASONS[code as ReasonCode] : safeText(code);
  return title.charAt(0).toLowerCase() + title.slice(1);
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
