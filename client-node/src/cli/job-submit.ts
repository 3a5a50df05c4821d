/** `valence job submit`: submits and does not wait. */
import type { Command } from "commander";
import { UsageError } from "./exit-code.js";
import { type GridFlags, inSession, type Session, withGrid } from "./grid-options.js";
import { preparedJob } from "./prepared.js";
import { jsonOf, REDUCES, type SubmissionFlags, textOf, withSubmission } from "./submission-options.js";

const EXAMPLES = `
Examples:
  valence job submit pi.ts --range 0..1e12 --reduce mean --name "pi, long"
  valence job submit words --input pages.ndjson --reduce sum
  valence job submit --body job.json`;

type Flags = SubmissionFlags & GridFlags & { body?: string };

export function addSubmit(job: Command): void {
  const command = job
    .command("submit")
    .summary("submit a job")
    .description("Submits a job and prints its id, without waiting for it.")
    .argument("[atom]", "a published name or id, or a file of an atom to publish first")
    .option("--body <file>", "the whole body of POST /jobs as JSON, in place of all the rest; - reads standard input");
  withGrid(withSubmission(command), "print the job")
    .addHelpText("after", REDUCES)
    .addHelpText("after", EXAMPLES)
    .action(async (atom: string | undefined, flags: Flags) => {
      const submit = await submitting(atom, flags);
      await inSession(flags, async (session) => {
        const { grid, output, signal } = session;
        const submitted = await submit(session);
        if (output.json) await output.record(await grid.job(submitted).view({ signal }));
        else await output.lines(submitted);
        if (output.isTerminal && !output.json) output.note(`Watch it: valence job watch ${submitted}`);
        return undefined;
      });
    });
}

/** What is to be sent is checked first; then, in a session, it is sent, for the job's id. */
async function submitting(atom: string | undefined, flags: Flags): Promise<(session: Session) => Promise<string>> {
  const { body: file, url: _url, token: _token, json: _json, ...rest } = flags;
  if (file !== undefined) {
    const more = [...(atom === undefined ? [] : ["the atom"]), ...Object.keys(rest).map((name) => `--${name}`)];
    if (more.length > 0) throw new UsageError(`--body is the whole job: leave out ${more.join(", ")}, or --body.`);
    const body = jsonOf(await textOf(file, "--body"), "--body");
    return async ({ grid, signal }) => (await grid.submitBody(body, { signal })).id;
  }
  if (atom === undefined)
    throw new UsageError("Say which atom: a name, an id or a file; or give the whole job with --body.");
  const submit = await preparedJob(atom, flags);
  return async (session) => (await submit(session)).id;
}
