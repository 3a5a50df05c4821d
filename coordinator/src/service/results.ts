/** Kept results, a page of rows at a time, so that a slow reader holds nothing and a reader that comes back goes on. */
import { GridError } from "@valence/shared/errors";
import { electronsOf } from "@valence/shared/shape";
import type { JobSpec } from "../core/job-spec.js";
import type { ResultRow, Store } from "../store/store.js";
import { textsOf } from "./result-lines.js";

/** Rows of one page; a row holds at most what one report carried. */
const PAGE_ROWS = 64;

export type ResultsQuery = {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly follow: boolean;
  readonly after?: string | undefined;
};

export type ResultsSource = {
  readonly store: Store;
  readonly spec: JobSpec;
  readonly chunk: number;
  /** Asked before each read: raised with each commit, null once nothing more will come. @throws GridError `draining` */
  readonly version: () => number | null;
  /** Waits until the version is another one; false when the signal has ended the wait. */
  readonly changed: (version: number) => Promise<boolean>;
};

/** @throws GridError `invalid_request` for a cursor or bounds that are none. */
export function resultTexts(source: ResultsSource, query: ResultsQuery, signal: AbortSignal): AsyncIterable<string> {
  const within = electronBounds(source, query);
  return query.follow
    ? byCommit(source, within, commitCursor(query.after), signal)
    : byElectron(source, within, itemCursor(query.after), signal);
}

type Bounds = { readonly from: number; readonly to: number };

/** The electrons whose items overlap `[from, to)`. */
function electronBounds({ spec, chunk }: ResultsSource, { from = 0, to = spec.input.total }: ResultsQuery): Bounds {
  if (from > to)
    throw new GridError("invalid_request", `from (${from}) is above to (${to}); both are numbers of items.`);
  return { from: Math.floor(from / chunk), to: Math.min(electronsOf(spec.input.total, chunk), Math.ceil(to / chunk)) };
}

async function* byElectron(
  source: ResultsSource,
  within: Bounds,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { store, spec } = source;
  let next = Math.max(within.from, after + 1);
  while (next < within.to && !signal.aborted) {
    source.version();
    const page = await store.resultsByElectron(spec.id, { from: next, to: within.to, limit: PAGE_ROWS });
    const last = page.at(-1);
    if (last === undefined) return;
    const from = next;
    yield* textsOf(
      page.map((row) => ({ row, from, to: within.to, cursor: "" })),
      jobOf(source),
    );
    next = last.span.to;
  }
}

async function* byCommit(
  source: ResultsSource,
  within: Bounds,
  after: Cursor,
  signal: AbortSignal,
): AsyncGenerator<string> {
  // The row of the cursor itself is read again, for the rest of its lines.
  let afterRow = after.row - 1;
  const firstOf = ({ row }: ResultRow) => (row === after.row ? Math.max(within.from, after.electron + 1) : within.from);
  for (;;) {
    const version = source.version();
    const page = await source.store.resultsByCommit(source.spec.id, { afterRow, limit: PAGE_ROWS });
    yield* textsOf(
      page.map((row) => ({ row, from: firstOf(row), to: within.to, cursor: `${row.row}-` })),
      jobOf(source),
    );
    const last = page.at(-1);
    if (last) afterRow = last.row;
    else if (version === null || !(await source.changed(version))) return;
    if (signal.aborted) return;
  }
}

function jobOf({ spec: { atom }, chunk }: ResultsSource): { atom: string; chunk: number } {
  return { atom, chunk };
}

type Cursor = { readonly row: number; readonly electron: number };

function commitCursor(after: string | undefined): Cursor {
  if (after === undefined) return { row: 1, electron: -1 };
  const [, row, electron] = /^(\d{1,15})-(\d{1,15})$/.exec(after) ?? [];
  if (row === undefined || electron === undefined) throw badCursor(after);
  return { row: Number(row), electron: Number(electron) };
}

function itemCursor(after: string | undefined): number {
  if (after === undefined) return -1;
  if (!/^\d{1,15}$/.test(after)) throw badCursor(after);
  return Number(after);
}

function badCursor(after: string): GridError {
  const sentence = "is no cursor of these results: pass the `cursor` of a line, with the same `follow`.";
  return new GridError("invalid_request", `after: ${JSON.stringify(after.slice(0, 40))} ${sentence}`);
}
