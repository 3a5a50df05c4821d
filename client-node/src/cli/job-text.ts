/** Jobs as lines and columns. Pure. */
import { atomShort } from "@valence/shared/atom-name";
import { etaText } from "@valence/shared/eta-text";
import { ago, count, duration, percent, short } from "@valence/shared/human";
import { hasEnded, type JobState } from "@valence/shared/job-state";
import type { JobView } from "@valence/shared/job-view";
import { safeText } from "@valence/shared/safe-text";
import { estimateText } from "./answer.js";
import type { Paint, Style } from "./style.js";
import type { Column } from "./table.js";
import { fitted, widthOf } from "./width.js";

const NAME_COLUMNS_MAX = 24;
const BAR_COLUMNS_MIN = 10;
const BAR_COLUMNS_MAX = 30;
const GAP = "  ";
/** What a job waits, or is measured, for less before its first lease is not told. */
const BEFORE_MS_MIN = 1_000;
/** Of a job that has succeeded before all was computed. */
const STOPPED = "stopped early";

/** How far a running job is, in one line of at most `columns`; a bar where there is room for one. `why`, in a few words, it stands still. */
export function progressLine(job: JobView, columns: number, why: string | null = null): string {
  const share = percent(job.progress.done, job.progress.total);
  const parts = [nameOf(job), share, ...stateParts(job, why)].filter(Boolean);
  const text = parts.join(GAP);
  const room = Math.min(BAR_COLUMNS_MAX, columns - widthOf(text) - GAP.length);
  if (!Number.isFinite(columns) || room < BAR_COLUMNS_MIN) return text;
  const [first = "", ...rest] = parts;
  return [first, bar(job.progress.done / job.progress.total, room), ...rest].join(GAP);
}

/** How a job ended, or that it has not. */
export function endLine(job: JobView): string {
  const { state, stopped, progress, error } = job;
  const items = `${count(progress.done)} of ${count(progress.total)} items`;
  const reason = error === null ? "" : `: ${safeText(error.message)} (${safeText(error.code)})`;
  return `${state}${hasEnded(state) ? tookText(job) : ""}, ${stopped ? `${STOPPED} after ` : ""}${items}${reason}`;
}

/** Since its first lease; and since its submit, where what came before that lease, a wait or the measuring of its chunk, is worth a word. */
function tookText({ createdAt, startedAt, endedAt }: JobView): string {
  if (startedAt === null || endedAt === null) return "";
  const [created, started, ended] = [Date.parse(createdAt), Date.parse(startedAt), Date.parse(endedAt)];
  const [ran, whole] = [duration(ended - started), duration(ended - created)];
  return started - created > BEFORE_MS_MIN && whole !== ran ? ` in ${ran}, ${whole} after its submit` : ` in ${ran}`;
}

export function paintOf(state: JobState, style: Style): Paint {
  if (state === "succeeded") return style.green;
  if (state === "failed") return style.red;
  return state === "running" ? style.cyan : style.dim;
}

/** One job below its titles. */
export function jobLines(job: JobView, now: number): string[] {
  const { progress, chunk, rate, eta, error, reduce } = job;
  const rest = (["leased", "waiting", "dead", "skipped"] as const).filter((part) => progress[part] > 0);
  const parts = rest.map((part) => `, ${count(progress[part])} ${part}`).join("");
  const rows: [string, string | null][] = [
    ["job", job.id],
    ["name", job.name],
    ["atom", job.atom],
    ["state", job.stopped ? `${job.state}, ${STOPPED}` : job.state],
    ["error", error === null ? null : `${error.message} (${error.code})`],
    [
      "progress",
      `${percent(progress.done, progress.total)}: ${count(progress.done)} of ${count(progress.total)} items${parts}`,
    ],
    ["chunk", chunk === null ? "being measured" : `${count(chunk)} ${chunk === 1 ? "item" : "items"}`],
    ["rate", rate > 0 ? `${short(rate)} items/s` : null],
    ["left", eta === null || hasEnded(job.state) ? null : etaText(eta)],
    ["reduce", reduce === null ? null : typeof reduce === "string" ? reduce : JSON.stringify(reduce)],
    ["created", `${job.createdAt} (${ago(job.createdAt, now)})`],
    ["started", job.startedAt],
    ["ended", job.endedAt],
    ["deadline", hasEnded(job.state) ? null : job.deadline],
  ];
  return rows.flatMap(([title, text]) => (text === null ? [] : [`${title.padEnd(9)} ${safeText(text)}`]));
}

export function jobColumns(style: Style, now: number): Column<JobView>[] {
  return [
    { title: "JOB", cell: ({ id }) => id },
    { title: "STATE", cell: ({ state }) => state, paint: ({ state }) => paintOf(state, style) },
    { title: "DONE", cell: ({ progress }) => percent(progress.done, progress.total), right: true },
    { title: "ITEMS", cell: ({ progress }) => short(progress.total), right: true },
    { title: "RATE", cell: ({ rate }) => (rate > 0 ? `${short(rate)}/s` : ""), right: true },
    { title: "LEFT", cell: ({ eta, state }) => (eta === null || hasEnded(state) ? "" : etaText(eta)), right: true },
    { title: "CREATED", cell: ({ createdAt }) => ago(createdAt, now) },
    { title: "ATOM", cell: ({ atom }) => atomShort(atom), shrinkTo: 8 },
    { title: "NAME", cell: ({ name }) => name ?? "", shrinkTo: 8 },
  ];
}

function stateParts(job: JobView, why: string | null): string[] {
  const { state, chunk, rate, eta, progress } = job;
  const dead = progress.dead > 0 ? `${count(progress.dead)} dead` : "";
  const estimate = estimateText(job.result);
  if (why !== null) return [why, dead, estimate];
  if (state === "queued") return [state];
  if (state === "running" && chunk === null) return ["measuring how much fits a chunk"];
  const speed =
    state === "running"
      ? [rate > 0 ? `${short(rate)} items/s` : "", eta === null ? "" : `${etaText(eta)} left`]
      : [state];
  return [...speed, dead, estimate];
}

function nameOf({ name, id }: JobView): string {
  return fitted(safeText(name ?? id), NAME_COLUMNS_MAX);
}

function bar(share: number, columns: number): string {
  const filled = Math.floor(Math.min(1, Math.max(0, share || 0)) * columns);
  return "█".repeat(filled) + "░".repeat(columns - filled);
}
