/** How the grid treats a job's electrons. Every field has a default, so `{}` is a whole policy. */
import * as z from "zod";
import { ASKED_MS_MAX, ATTEMPTS_MAX } from "./limits.js";

/** A job's deadline is at most that far from its submit, in milliseconds: a year. */
export const DEADLINE_MS_MAX = 366 * 24 * 3_600_000;

/** Waits before the next try: full jitter over `[0, min(maxMs, baseMs × growth)]`, growth by the number of failed tries. */
export const backoff = z.strictObject({
  kind: z.enum(["fixed", "exponential", "fibonacci"]).default("exponential"),
  baseMs: z
    .int()
    .min(0)
    .max(ASKED_MS_MAX)
    .default(1_000)
    .describe("The bound of the first wait; waits are random below it."),
  maxMs: z.int().min(0).max(ASKED_MS_MAX).default(60_000).describe("No bound is larger."),
});
/** With the defaults filled in: all waits are in milliseconds, a day at most. */
export type Backoff = z.infer<typeof backoff>;

/** Shares of the grid between running jobs go by these weights. */
export const PRIORITY_WEIGHTS = { low: 1, normal: 4, high: 16 } as const;

/** Strict: a misspelt field is refused, for a default in its place would go unnoticed. */
export const policy = z.strictObject({
  timeoutMs: z
    .int()
    .min(1)
    .max(ASKED_MS_MAX)
    .default(60_000)
    .describe("One electron may run that long; then its worker is killed."),
  attemptsMax: z
    .int()
    .min(1)
    .max(ATTEMPTS_MAX)
    .default(4)
    .describe("Failed tries after which an electron is a dead letter."),
  backoff: backoff.prefault({}).describe("How long a failed electron waits for its next try, in milliseconds."),
  delivery: z
    .enum(["at-least-once", "at-most-once"])
    .default("at-least-once")
    .describe(
      "`at-most-once`: nothing runs a second time. What fails, or of which nobody knows whether it ran, is a dead letter.",
    ),
  priority: z
    .enum(["low", "normal", "high"])
    .default("normal")
    .describe("Jobs that run together share the grid as 1 to 4 to 16."),
  onFailure: z
    .union([z.literal("fail"), z.strictObject({ tolerate: z.number().min(0).max(1) })])
    .default("fail")
    .describe("`fail`: the first dead letter fails the job. `tolerate`: up to that share of the items may be dead."),
  deadline: z
    .union([z.int().min(1).max(DEADLINE_MS_MAX), z.iso.datetime({ offset: true })])
    .nullable()
    .default(null)
    .describe(
      "When the job fails unless it has ended: milliseconds from its submit, or a time in ISO 8601 with its offset from UTC.",
    ),
  stopWhen: z
    .strictObject({ halfWidth: z.number().gt(0).max(1) })
    .nullable()
    .default(null)
    .describe(
      "Of a job that reduces to a mean: it succeeds once half its 95 % interval is at most that share of the mean.",
    ),
});
/** With the defaults filled in, as a job keeps it; a later change of a default does not touch the job. */
export type Policy = z.infer<typeof policy>;

/** Fields of a policy that the design names and this version does not know yet: they are refused, never ignored. */
export const POLICY_NOT_BUILT = ["copies", "tolerance", "confidence", "requires"] as const;
