/** The body of `POST /jobs`, as a submitter writes it. Its form alone: what a form cannot say, the coordinator checks. */
import * as z from "zod";
import { inputForm } from "./input.js";
import { ATOM_ID_LENGTH_MAX, ITEMS_MAX, NAME_LENGTH_MAX } from "./limits.js";
import { policy } from "./policy.js";
import { reduceRule } from "./reduce-rule.js";
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
