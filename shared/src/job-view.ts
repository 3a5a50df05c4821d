/** A job as everyone reads it: over HTTP, on `/watch`, in the SDK. Only committed state. */
import * as z from "zod";
import { JOB_STATES } from "./job-state.js";
import type { JsonSchema } from "./payload-schema.js";
import { type ReduceRule, RULE_WITHIN } from "./reduce-rule.js";
import type { Json } from "./value-json.js";

const count = z.int().min(0);
/** A value in its JSON form. It came out of JSON, and is not looked through again: of results there are millions. */
const json = z.unknown() as z.ZodType<Json>;
/** Checked when the atom was published. */
const payloadSchema = z.unknown() as z.ZodType<JsonSchema | null>;
const time = z.string().describe("ISO 8601 in UTC, with milliseconds.");
const volunteer = z
  .string()
  .describe("The first half of an identity's fingerprint: enough to tell volunteers apart, and no address.");

/** As its job was submitted. It was checked there, and a reader takes rules that only a newer coordinator knows. */
const rule = z.unknown().meta({ [RULE_WITHIN]: true }) as z.ZodType<ReduceRule>;

/** Progress is in items, never in electrons, so that it means the same whatever the chunk. */
export const jobView = z.object({
  id: z.string(),
  name: z.string().nullable().describe("What its submitter called it."),
  atom: z.string().describe("The id of its atom: `name@sha256-<64 hexadecimal digits>`."),
  state: z.enum(JOB_STATES).describe("The last three are its ends; `retry` leads back from them."),
  stopped: z
    .boolean()
    .describe(
      "Whether it has succeeded before all was computed, because `stopWhen` held; `skipped` says how much was left.",
    ),
  progress: z
    .object({ total: count, done: count, leased: count, waiting: count, dead: count, skipped: count })
    .describe(
      "In items; `leased` holds all that is granted and not committed. What of `total` is in none of them is ready.",
    ),
  chunk: count
    .nullable()
    .describe("Items an electron covers; null while `auto` is not resolved, 1 for a list or a grid."),
  rate: z.number().describe("Items a second over the last minute, or since the first lease if that is less."),
  eta: z
    .object({ lowMs: z.number(), highMs: z.number() })
    .nullable()
    .describe(
      "When the job will have ended, from now, in milliseconds; null until 3 s after its first lease, and when nothing moves.",
    ),
  reduce: rule.nullable().describe("How its results combine, as it was submitted; null when each of them is kept."),
  result: json.describe(
    "The aggregate so far, in the JSON form of values; null before the first result and for a job without a reduce.",
  ),
  error: z
    .object({ code: z.string().describe("One of those that docs/PROTOCOL.md lists for jobs."), message: z.string() })
    .nullable()
    .describe("Why it failed; null for one that did not."),
  createdAt: time,
  startedAt: time.nullable().describe("The first grant; the measuring of an `auto` chunk comes before it."),
  endedAt: time.nullable().describe("The last commit."),
  deadline: time.nullable().describe("When it fails unless it has ended; null without a deadline."),
});
/** Whole at each change and never a difference, so that a reader may skip any number of them. */
export type JobView = z.infer<typeof jobView>;

/** A job in a list that is followed: without its aggregate, which may have 16 MiB, and the rule, which may have a thousand parts. */
export const jobSummary = jobView.omit({ result: true, reduce: true });
/** As `JobView`. */
export type JobSummary = z.infer<typeof jobSummary>;

/** One published version without its source, which is up to ATOM_BYTES_MAX and has an address of its own. */
export const atomView = z.object({
  id: z.string().describe("`name@sha256-<64 hexadecimal digits of its source>`: another source is another version."),
  name: z.string(),
  payload: payloadSchema.describe("The schema of its payloads, or null when it takes all."),
  createdAt: time,
});
/** Many may share a `name`; only `id` is unique. */
export type AtomView = z.infer<typeof atomView>;

/** A connected session; never its address. */
export const volunteerView = z.object({
  volunteer,
  agent: z.string().describe("What it says it is."),
  slots: count.describe("Its workers."),
  busy: count.describe("Those of them that hold a lease."),
  connectedAt: time,
});
/** Counts are of slots; a tab that reconnects within its grace is the same session still. */
export type VolunteerView = z.infer<typeof volunteerView>;

/** What a grid says of itself to those who come. */
export const gridView = z.object({
  operator: z
    .string()
    .nullable()
    .describe("Who runs it, in the operator's own words; null when the operator did not say."),
});
/** Changes only with a restart of the coordinator. */
export type GridView = z.infer<typeof gridView>;

/** The whole grid at one moment, for whoever asks: it names no job and no volunteer. */
export const statsView = z.object({
  volunteers: count.describe("Connected sessions."),
  slots: count.describe("The workers of all of them."),
  busy: count.describe("Those that hold a lease."),
  rate: z.number().describe("Items a second over the last minute, all jobs."),
  jobs: z.object({ queued: count, running: count, paused: count }).describe("Those that have not ended."),
  staleReports: count.describe("Messages about leases that were no longer their sender's, since the start."),
  copies: z
    .object({
      granted: count,
      won: count.describe("They answered first."),
      lost: count.describe("The original answered first."),
    })
    .describe("Second copies of electrons that idle slots were given at the end of jobs, since the start."),
});
/** Slots and jobs are counts of now; `staleReports` and `copies` rise from the start of the process on. */
export type StatsView = z.infer<typeof statsView>;

/** One line of results: the properties of one electron. */
export const propertiesView = z.object({
  electron: count,
  item: count.describe("The first item of the electron."),
  atom: z.string(),
  start: time.describe("By the coordinator's clock: `end`, less what the worker measured."),
  end: time.describe("When the coordinator had the report."),
  outcome: z.literal("done"),
  result: json.describe("What the atom returned, in the JSON form of values."),
  volunteer,
  cursor: z.string().describe("Where to go on: pass it as `after`."),
});
/** The answer of `results()` before its result is read as a value. */
export type PropertiesView = z.infer<typeof propertiesView>;

/** An electron that has used up its tries, with what a person needs to see why: its payload and each failure. */
export const deadLetterView = z.object({
  electron: count,
  item: count.describe("The first item of the electron."),
  payload: json.describe("What it was to compute on, in the JSON form of values."),
  attempts: count,
  errors: z.array(
    z.object({
      attempt: count.describe("Which try it was, from 1."),
      code: z.string().describe("One of those that docs/PROTOCOL.md lists for electrons."),
      message: z.string(),
      stack: z.string().nullable(),
      volunteer,
      at: time,
    }),
  ),
});
/** Kept with every try that failed, in their order. */
export type DeadLetterView = z.infer<typeof deadLetterView>;

/** An upload, when it is whole: what `POST /inputs` answers. */
export const uploaded = z.object({
  id: z.string().describe('What the input of a job names: `{"list": {"upload": id}}`.'),
  items: count,
  bytes: count.describe("Of its lines, as they came out of their encoding."),
});
/** `id` stands in the input of a job: `{"list": {"upload": id}}`. */
export type Uploaded = z.infer<typeof uploaded>;

/** An upload as its owner lists it, without its elements. */
export const uploadView = uploaded.extend({
  jobs: count.describe("How many jobs use it, ended ones among them."),
  createdAt: time,
  expiresAt: time
    .nullable()
    .describe("When it goes by itself; null while a job uses it, since then it goes with the last one."),
});
/** Seen by its owner and the operator alone. */
export type UploadView = z.infer<typeof uploadView>;

/** Why nothing, or so little, of a job is running. */
export const explainView = z.object({
  job: z.string(),
  state: z.enum(JOB_STATES),
  deadline: time.nullable().describe("When the job fails unless it has ended; null without a deadline."),
  reasons: z
    .array(
      z.object({
        code: z.string().describe("One of those that docs/PROTOCOL.md lists as reasons."),
        message: z.string().describe("For people: what it is, and what to do."),
        count: count.nullable().describe("How many volunteers, items, slots or jobs it speaks of; null for none."),
        until: time.nullable().describe("When that changes by itself, where it is known."),
      }),
    )
    .describe("At least one; what keeps most from running comes first."),
});
/** As the scheduler sees it at this moment: it may be ahead of the committed state that `JobView` shows, but for the end of the job. */
export type ExplainView = z.infer<typeof explainView>;
