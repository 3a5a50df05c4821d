/** A job as everyone reads it: over HTTP, on `/watch`, in the SDK. Only committed state. */
import * as z from "zod";
import { JOB_STATES } from "./job-state.js";

const count = z.int().min(0);

/** Progress is in items, never in electrons, so that it means the same whatever the chunk. */
export const jobView = z.object({
  id: z.string(),
  name: z.string().nullable(),
  /** `name@sha256-<hex>`. */
  atom: z.string(),
  state: z.enum(JOB_STATES),
  /** Whether it has succeeded before all was computed, because `stopWhen` held; `skipped` says how much was left. */
  stopped: z.boolean(),
  /** In items; `leased` holds all that is granted and not committed. The rest of `total` is ready. */
  progress: z.object({ total: count, done: count, leased: count, waiting: count, dead: count, skipped: count }),
  /** Items an electron covers; null while `auto` is not resolved, 1 for a list or a grid. */
  chunk: count.nullable(),
  /** Items per second over the last minute. */
  rate: z.number(),
  /** When the job will have ended, from now, in milliseconds; null when nothing moves. */
  eta: z.object({ lowMs: z.number(), highMs: z.number() }).nullable(),
  /** The aggregate so far, in the JSON form of values; null before the first result and for a job without a reduce. */
  result: z.unknown(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** ISO 8601 with milliseconds. */
  createdAt: z.string(),
  /** The first grant. */
  startedAt: z.string().nullable(),
  /** The last commit. */
  endedAt: z.string().nullable(),
});
/** Whole at each change and never a difference, so that a reader may skip any number of them. */
export type JobView = z.infer<typeof jobView>;

/** A job in a list that is followed: without its aggregate, which may have 16 MiB. */
export const jobSummary = jobView.omit({ result: true });
/** As `JobView`. */
export type JobSummary = z.infer<typeof jobSummary>;

/** One published version without its source, which is up to ATOM_BYTES_MAX and has an address of its own. */
export const atomView = z.object({
  id: z.string(),
  name: z.string(),
  /** The payload's schema, or null for none. */
  payload: z.unknown(),
  createdAt: z.string(),
});
/** Many may share a `name`; only `id` is unique. */
export type AtomView = z.infer<typeof atomView>;

/** A connected session; never its address. */
export const volunteerView = z.object({
  /** The first half of the identity's fingerprint: enough to tell volunteers apart. */
  volunteer: z.string(),
  agent: z.string(),
  slots: count,
  busy: count,
  connectedAt: z.string(),
});
/** Counts are of slots; a tab that reconnects within its grace is the same session still. */
export type VolunteerView = z.infer<typeof volunteerView>;

/** What a grid says of itself to those who come. */
export const gridView = z.object({
  /** Who runs it, in the operator's own words; null when the operator did not say. */
  operator: z.string().nullable(),
});
/** Changes only with a restart of the coordinator. */
export type GridView = z.infer<typeof gridView>;

/** The whole grid at one moment, for whoever asks: it names no job and no volunteer. */
export const statsView = z.object({
  volunteers: count,
  slots: count,
  busy: count,
  /** Items per second over the last minute, all jobs. */
  rate: z.number(),
  jobs: z.object({ queued: count, running: count, paused: count }),
  /** Messages about leases that were no longer theirs, since the start. */
  staleReports: count,
});
/** Slots, jobs and messages are counts of now; only `staleReports` rises from the start of the process on. */
export type StatsView = z.infer<typeof statsView>;

/** One line of results: the properties of one electron. */
export const propertiesView = z.object({
  electron: count,
  /** Its first item. */
  item: count,
  atom: z.string(),
  start: z.string(),
  end: z.string(),
  outcome: z.literal("done"),
  /** In the JSON form of values. */
  result: z.unknown(),
  volunteer: z.string(),
  /** Where to go on: pass it as `after`. */
  cursor: z.string(),
});
/** `start` and `end` are ISO 8601: the coordinator's clock at the report, less what the worker measured. */
export type PropertiesView = z.infer<typeof propertiesView>;

/** An electron that has used up its tries, with what a person needs to see why: its payload and each failure. */
export const deadLetterView = z.object({
  electron: count,
  item: count,
  /** In the JSON form of values. */
  payload: z.unknown(),
  attempts: count,
  errors: z.array(
    z.object({
      attempt: count,
      code: z.string(),
      message: z.string(),
      stack: z.string().nullable(),
      volunteer: z.string(),
      at: z.string(),
    }),
  ),
});
/** `volunteer` is shortened as in `volunteerView`; `at` is ISO 8601, by the coordinator's clock. */
export type DeadLetterView = z.infer<typeof deadLetterView>;

/** An upload, when it is whole: what `POST /inputs` answers. */
export const uploaded = z.object({
  id: z.string(),
  items: count,
  /** Of its lines, as they came out of their encoding. */
  bytes: count,
});
/** `id` stands in the input of a job: `{"list": {"upload": id}}`. */
export type Uploaded = z.infer<typeof uploaded>;

/** An upload as its owner lists it, without its elements. */
export const uploadView = uploaded.extend({
  /** How many jobs use it, ended ones among them. */
  jobs: count,
  createdAt: z.string(),
  /** When it goes by itself; null while a job uses it, since then it goes with the last one. */
  expiresAt: z.string().nullable(),
});
/** Times are ISO 8601 with milliseconds. */
export type UploadView = z.infer<typeof uploadView>;
