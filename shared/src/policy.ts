/** How the grid treats a job's electrons. Every field has a default, so `{}` is a whole policy. */
import * as z from "zod";

const DAY_MS = 86_400_000;

/** A job's deadline is at most that far from its submit, in milliseconds. */
export const DEADLINE_MS_MAX = 366 * DAY_MS;

/** Waits before the next try: full jitter over `[0, min(maxMs, baseMs × growth)]`, growth by the number of failed tries. */
export const backoff = z.strictObject({
  kind: z.enum(["fixed", "exponential", "fibonacci"]).default("exponential"),
  baseMs: z.int().min(0).max(DAY_MS).default(1_000),
  maxMs: z.int().min(0).max(DAY_MS).default(60_000),
});
/** With the defaults filled in: all waits are in milliseconds, a day at most. */
export type Backoff = z.infer<typeof backoff>;

/** Shares of the grid between running jobs go by these weights. */
export const PRIORITY_WEIGHTS = { low: 1, normal: 4, high: 16 } as const;

/** Strict: a misspelt field is refused, for a default in its place would go unnoticed. */
export const policy = z.strictObject({
  /** One electron may run that long; then its worker is killed. */
  timeoutMs: z.int().min(1).max(DAY_MS).default(60_000),
  attemptsMax: z.int().min(1).max(1_000).default(4),
  backoff: backoff.prefault({}),
  /** `at-most-once`: nothing runs a second time. What fails, or of which nobody knows whether it ran, is a dead letter. */
  delivery: z.enum(["at-least-once", "at-most-once"]).default("at-least-once"),
  priority: z.enum(["low", "normal", "high"]).default("normal"),
  /** `fail`: the first dead letter fails the job. `tolerate`: up to that share of the items may be dead. */
  onFailure: z.union([z.literal("fail"), z.strictObject({ tolerate: z.number().min(0).max(1) })]).default("fail"),
  /** When the job fails unless it has ended: milliseconds from its submit, or a time in ISO 8601 with its offset from UTC. */
  deadline: z
    .union([z.int().min(1).max(DEADLINE_MS_MAX), z.iso.datetime({ offset: true })])
    .nullable()
    .default(null),
  /** Of a job that reduces to a mean: it succeeds once half its 95 % interval is at most that share of the mean. */
  stopWhen: z
    .strictObject({ halfWidth: z.number().gt(0).max(1) })
    .nullable()
    .default(null),
});
/** With the defaults filled in, as a job keeps it; a later change of a default does not touch the job. */
export type Policy = z.infer<typeof policy>;

/** Fields of a policy that the design names and this version does not know yet: they are refused, never ignored. */
export const POLICY_NOT_BUILT = ["copies", "tolerance", "confidence", "requires"] as const;
