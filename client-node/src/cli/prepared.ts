/** What `run` and `job submit` do with their flags: all that can be checked here is checked first; then publish, upload, submit. */
import type { Job } from "../sdk/job.js";
import type { JobInput } from "../sdk/submission.js";
import { publishedAtom } from "./atom-source.js";
import type { Session } from "./grid-options.js";
import { linesFrom, uploadLines } from "./lines.js";
import { type SubmissionFlags, submissionOf } from "./submission-options.js";

/** How long the end of a failed submit may wait for its upload to be deleted. */
const TIDY_MS_MAX = 5_000;

/** @throws UsageError, before anything is sent. */
export async function preparedJob(atom: string, flags: SubmissionFlags): Promise<(session: Session) => Promise<Job>> {
  const { input, ...described } = await submissionOf(atom, flags);
  const lines = flags.input === undefined ? null : await linesFrom(flags.input, "--input");
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
