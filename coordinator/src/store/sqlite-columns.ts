/** How rows of the tables become the port's objects. */
import { type Suspects, UNSUSPECTED } from "../core/failed-electron.js";
import type { ElectronRow } from "../core/writes.js";
import type { JobEntry } from "./store.js";

export type SpanColumns = { readonly from: number; readonly to: number };

/** Puts the two columns of a span into one field. */
export function spanned<T extends SpanColumns>({
  from,
  to,
  ...rest
}: T): Omit<T, "from" | "to"> & { span: SpanColumns } {
  return { ...rest, span: { from, to } };
}

export type EntryColumns = JobEntry["record"] &
  Omit<JobEntry["status"], "error"> & {
    readonly key: number;
    readonly lastEvent: number;
    readonly errorCode: string | null;
    readonly errorMessage: string | null;
  };

export const ENTRY_COLUMNS = `key, id, name, atom, submitter AS owner, created_at AS createdAt, spec, upload,
  state, chunk, error_code AS errorCode, error_message AS errorMessage, started_at AS startedAt, ended_at AS endedAt,
  done, dead, skipped, aggregate,
  (SELECT coalesce(max(number), 0) FROM events WHERE events.job = key) AS lastEvent`;

export function entryOf(row: EntryColumns): JobEntry {
  const { id, name, atom, owner, createdAt, spec, upload, errorCode, errorMessage, lastEvent } = row;
  const { state, chunk, startedAt, endedAt, done, dead, skipped, aggregate } = row;
  const error = errorCode === null || errorMessage === null ? null : { code: errorCode, message: errorMessage };
  return {
    record: { id, name, atom, owner, createdAt, spec, upload },
    status: { state, chunk, error, startedAt, endedAt, done, dead, skipped, aggregate },
    lastEvent,
  };
}

export type ElectronColumns = Omit<ElectronRow, "suspects"> & { readonly suspects: string | null };

export function electronOf({ suspects, ...row }: ElectronColumns): ElectronRow {
  return { ...row, suspects: suspects === null ? UNSUSPECTED : (JSON.parse(suspects) as Suspects) }; // as `putWrite` has written it
}
