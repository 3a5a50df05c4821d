/** The body of `POST /jobs`, as a submitter writes it. Its form alone: what a form cannot say, the coordinator checks. */
import * as z from "zod";
import { GridError, overLimit } from "./errors.js";
import { chunkOf, type Input, inputForm, totalItems } from "./input.js";
import { ATOM_ID_LENGTH_MAX, COLLECT_ENTRIES_MAX, ITEMS_MAX, NAME_LENGTH_MAX } from "./limits.js";
import { type Policy, policy } from "./policy.js";
import { hasCollect, type ReduceRule, reduceRule } from "./reduce-rule.js";
import { electronsOf } from "./shape.js";
import { isWellFormed } from "./utf8.js";
import { HALF_A_PAIR } from "./value-refusal.js";

/** Strict: a misspelt field is refused, and never ignored. */
export const jobRequest = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(NAME_LENGTH_MAX)
    .refine(isWellFormed, { error: HALF_A_PAIR })
    .nullish()
    .describe("For people."),
  atom: z.string().min(1).max(ATOM_ID_LENGTH_MAX).describe("A name, which means its newest version, or a full id."),
  input: inputForm.describe("What to compute on."),
  params: z
    .unknown()
    .optional()
    .describe("For every call of the atom, as `context.params`: in the JSON form of values, at most 64 KiB."),
  seed: z
    .int()
    .min(0)
    .max(ITEMS_MAX)
    .optional()
    .describe("What `context.random()` begins with: the same seed gives the same numbers."),
  reduce: reduceRule.nullish().describe("How the results combine; without it every result is kept."),
  keep: z.boolean().optional().describe("Keep every result beside the reduce."),
  private: z.boolean().optional().describe("Show progress and the answer only to the token that submits."),
  policy: policy.nullish().describe("How failures, time and priority are treated."),
});

/** Parts of a job, each of which is sound by itself. */
type Parts = {
  readonly input: Input;
  /** Items of an upload, which the input does not say; null while nobody has counted them. */
  readonly total: number | null;
  readonly reduce: ReduceRule | null;
  /** Null where all of it is left at its defaults. */
  readonly policy: Pick<Policy, "stopWhen" | "delivery"> | null;
};

/**
 * What no part of a job can say alone: whether they go together.
 *
 * @throws GridError `invalid_request`, `collect_too_large`
 */
export function checkTogether({ input, total, reduce, policy }: Parts): void {
  const chunk = chunkOf(input);
  const items = totalItems(input) ?? total;
  if (reduce !== null && hasCollect(reduce) && items !== null && chunk !== "auto") {
    checkCollect(electronsOf(items, chunk));
  }
  if (policy !== null && policy.stopWhen !== null && reduce !== "mean") {
    throw new GridError("invalid_request", `policy.stopWhen looks at the interval of a mean: reduce must be "mean".`);
  }
  if (policy?.delivery === "at-most-once" && chunk === "auto") {
    throw new GridError(
      "invalid_request",
      "input.range.chunk must be a number: measuring it would run items, and they may run at most once.",
    );
  }
}

function checkCollect(electrons: number): void {
  if (electrons <= COLLECT_ENTRIES_MAX) return;
  const details = { limit: "COLLECT_ENTRIES_MAX", max: COLLECT_ENTRIES_MAX, actual: electrons };
  throw overLimit("collect_too_large", `collect would gather ${electrons} results`, details);
}
