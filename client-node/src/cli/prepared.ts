/** What `run` and `job submit` do with their flags: all that can be checked here is checked first, and told at once; then publish, upload, submit. */
import type { Job } from "../sdk/job.js";
import type { JobInput } from "../sdk/submission.js";
import { publishedAtom } from "./atom-source.js";
import { checkSubmission } from "./check-submission.js";
import { addressOf, type GridFlags, type Session } from "./grid-options.js";
import { linesFrom, uploadLines } from "./lines.js";
import { type SubmissionFlags, submissionOf } from "./submission-options.js";
import { UsageFaults } from "./usage-faults.js";

/** How long the end of a failed submit may wait for its upload to be deleted. */
const TIDY_MS_MAX = 5_000;

/** Of the lines that are uploaded first, until they have an id. */
const TO_COME = { list: { upload: "to-come" } };

/** @throws UsageError with all that is wrong, before anything is sent. */
export async function preparedJob(
  atom: string,
  flags: SubmissionFlags & GridFlags,
): Promise<(session: Session) => Promise<Job>> {
  const faults = new UsageFaults();
  await faults.try(() => addressOf(flags));
  const { input, ...described } = await submissionOf(atom, flags, faults);
  const file = flags.input;
  const lines = file === undefined ? null : ((await faults.try(() => linesFrom(file, "--input"))) ?? null);
  faults.end();
  await checkSubmission({ ...described, input: input ?? TO_COME }, faults);
  faults.end();
  return async (session) => {
    const { grid, signal } = session;
    const published = { ...described, atom: await publishedAtom(atom, session) };
    const submit = (input: JobInput) => grid.submit({ ...published, input }, { signal });
    if (lines === null) return submit(input as JobInput); // null only with --input
    const { id } = await uploadLines(lines, session);
    try {
      return await submit({ list: { upload: id } });
    } catch (error) {
      // It serves nobody else. Should the job have come to be after all, the coordinator keeps it.
      await grid.deleteUpload(id, { signal: AbortSignal.timeout(TIDY_MS_MAX) }).catch(() => {});
      throw error;
    }
  };
}
