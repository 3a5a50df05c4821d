/** What can be known of a job before anything is published, uploaded or submitted for it. */
import type { AnySubmission } from "../sdk/submission.js";
import type { UsageFaults } from "./usage-faults.js";

/** Notes all that the coordinator would refuse of its form; the atom, its payloads and an upload are for the coordinator to judge. */
export async function checkSubmission(submission: AnySubmission, faults: UsageFaults): Promise<void> {
  // Only now: help and other mistakes answer twice as fast without the schemas.
  const [{ bodyOf }, { checkTogether, jobRequest }, { parseInput }, z] = await Promise.all([
    import("../sdk/submission.js"),
    import("@valence/shared/job-request"),
    import("@valence/shared/input"),
    import("zod"),
  ]);
  const body = await faults.try(() => bodyOf(submission) as { input: unknown });
  if (body === undefined) return;
  const input = await faults.try(() => parseInput(body.input)); // of several forms none fits in a way that a schema could name
  const { success, data, error } = jobRequest.extend({ input: z.unknown() }).safeParse(body);
  for (const { path, message } of error?.issues ?? []) faults.note(`${path.join(".")}: ${message}.`);
  if (!success || input === undefined) return;
  const { reduce, policy } = data;
  await faults.try(() => checkTogether({ input, total: null, reduce: reduce ?? null, policy: policy ?? null }));
}
