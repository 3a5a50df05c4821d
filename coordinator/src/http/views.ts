/** What answers hold, by the names that descriptions and generated clients use, each with an example. */
import { jobEvent, jobSnapshot } from "@valence/shared/job-event";
import {
  atomView,
  deadLetterView,
  explainView,
  gridView,
  type JobView,
  jobView,
  propertiesView,
  statsView,
  uploaded,
  uploadView,
  volunteerView,
} from "@valence/shared/job-view";
import * as z from "zod";
import { type Named, named } from "./named.js";

const ATOM_ID = "monte-carlo-pi@sha256-2d4ab3c1f0b94e3c8a7f5d6e1b2c3a4958677685940312e3f4a5b6c7d8e9f0a1";
const at = "2026-11-26T08:00:00.000Z";

const RUNNING: JobView = {
  id: "0mf3k2v9q8x7",
  name: "π",
  atom: ATOM_ID,
  state: "running",
  stopped: false,
  progress: { total: 50_000_000, done: 21_000_000, leased: 4_000_000, waiting: 0, dead: 0, skipped: 0 },
  chunk: 1_000_000,
  rate: 4_200_000.5,
  eta: { lowMs: 6_000, highMs: 8_500 },
  reduce: "mean",
  result: { mean: 3.14155, variance: 0.0000027, low: 3.14085, high: 3.14225, n: 21 },
  error: null,
  createdAt: at,
  startedAt: "2026-11-26T08:00:00.120Z",
  endedAt: null,
  deadline: null,
};

export const JOB = named("Job", jobView, RUNNING);
export const ATOM = named("Atom", atomView, { id: ATOM_ID, name: "monte-carlo-pi", payload: null, createdAt: at });
export const PUBLISHED = named("PublishedAtom", z.object({ id: z.string(), name: z.string() }), {
  id: ATOM_ID,
  name: "monte-carlo-pi",
});
export const UPLOADED = named("Uploaded", uploaded, { id: "0mf3k1b7c2d4", items: 3, bytes: 24 });
export const UPLOAD = named("Upload", uploadView, {
  ...UPLOADED.example,
  jobs: 0,
  createdAt: at,
  expiresAt: "2026-12-03T08:00:00.000Z",
});
export const PROPERTIES = named("Properties", propertiesView, {
  electron: 0,
  item: 0,
  atom: ATOM_ID,
  start: "2026-11-26T08:00:00.120Z",
  end: "2026-11-26T08:00:00.310Z",
  outcome: "done",
  result: 3.141268,
  volunteer: "9c1185a5c5e9fc54",
  cursor: "0",
});
export const DEAD_LETTER = named("DeadLetter", deadLetterView, {
  electron: 7,
  item: 7,
  payload: { from: 7, to: 8 },
  attempts: 4,
  errors: [{ attempt: 1, code: "error", message: "no such case: 7", stack: null, volunteer: "9c1185a5c5e9fc54", at }],
});
export const EXPLANATION = named("Explanation", explainView, {
  job: RUNNING.id,
  state: "running",
  deadline: null,
  reasons: [
    {
      code: "back_off",
      message: "Waiting for the next try after a failure: 3 items. Wait: it comes by itself.",
      count: 3,
      until: at,
    },
    { code: "running", message: "At work on it: 8 slots.", count: 8, until: null },
  ],
});
export const SNAPSHOT = named("JobSnapshot", jobSnapshot, { number: 2, view: RUNNING }, JOB);
export const EVENT = named("JobEvent", jobEvent, { number: 2, at, kind: "running" });
export const VOLUNTEER = named("Volunteer", volunteerView, {
  volunteer: "9c1185a5c5e9fc54",
  agent: "node 20.20.0",
  slots: 4,
  busy: 4,
  connectedAt: at,
});
export const GRID = named("Grid", gridView, { operator: "Institute of Physics" });
export const STATS = named("Stats", statsView, {
  volunteers: 3,
  slots: 12,
  busy: 12,
  rate: 4_200_000.5,
  jobs: { queued: 0, running: 1, paused: 0 },
  staleReports: 0,
  copies: { granted: 12, won: 9, lost: 2 },
});

/** A page of a list, as `{items, next}`. @param parameter where `next` goes */
export function page<T>(item: Named<T>, parameter: string): Named<{ items: T[]; next: string | null }> {
  const next = z
    .string()
    .nullable()
    .describe(`Pass it as \`${parameter}\` for the page that follows; null on the last one.`);
  const example = { items: [item.example], next: null };
  return named(`${item.name}Page`, z.object({ items: z.array(item.schema), next }), example, item);
}
