/** What has happened to a job, as everyone reads it: over HTTP, on `/watch`, in the SDK. Only committed events. */
import * as z from "zod";
import { JOB_STATES } from "./job-state.js";
import { jobView } from "./job-view.js";

/** What people do to a job. */
export const JOB_ACTS = ["pause", "resume", "cancel", "retry"] as const;
/** One of `JOB_ACTS`. */
export type JobAct = (typeof JOB_ACTS)[number];

const count = z.int().min(0);
const stamp = {
  number: z.int().min(1).describe("From 1, each job for itself and without holes."),
  at: z.string().describe("ISO 8601 in UTC, with milliseconds, by the coordinator's clock."),
};
const failure = { code: z.string(), message: z.string() };

/** One numbered event. What only the job's owner may read is null for everyone else; the event itself is there for all. */
export const jobEvent = z.discriminatedUnion("kind", [
  z
    .object({ ...stamp, kind: z.enum(JOB_STATES).exclude(["succeeded", "failed"]) })
    .describe("The job is in this state from now on."),
  z.object({
    ...stamp,
    kind: z.literal("succeeded"),
    stopped: z.boolean().describe("Before its end, for its mean was known well enough."),
  }),
  z.object({ ...stamp, kind: z.literal("failed"), error: z.object(failure) }),
  z.object({
    ...stamp,
    kind: z.literal("chunk"),
    chunk: count.describe("Items that an electron covers: an automatic chunk is measured."),
  }),
  z
    .object({ ...stamp, kind: z.literal("block"), block: count, from: count, to: count })
    .describe("The electrons `[from, to)` are all done."),
  z
    .object({
      ...stamp,
      kind: z.literal("dead_letter"),
      letter: z
        .object({ electron: count, ...failure })
        .nullable()
        .describe("The owner's to read; null for others."),
    })
    .describe("An electron has failed for good."),
  z
    .object({
      ...stamp,
      kind: z.literal("act"),
      act: z.enum(JOB_ACTS),
      electron: count.nullable().describe("The only one that was retried, else null."),
      by: z.string().nullable().describe("Begins the fingerprint of the token; the owner's to read, null for others."),
    })
    .describe("Somebody steered the job; a change of its state follows as an event of its own."),
]);
/** Told apart by `kind`; `number` and `at` stand in each. */
export type JobEvent = z.infer<typeof jobEvent>;

/** A job as it is after event `number`: all that came before it is in the view. */
export const jobSnapshot = z.object({ number: count, view: jobView });
/** Whoever has it asks for events after `number`. */
export type JobSnapshot = z.infer<typeof jobSnapshot>;
