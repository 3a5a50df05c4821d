/** `valence job submit`: submits and does not wait. */
import type { Command } from "commander";
import { publishedAtom } from "./atom-source.js";
import { UsageError } from "./exit-code.js";
import { type GridFlags, inSession, type Session, withGrid } from "./grid-options.js";
import { jsonOf, REDUCES, type SubmissionFlags, submissionOf, textOf, withSubmission } from "./submission-options.js";

const EXAMPLES = `
Examples:
  valence job submit pi.ts --range 0..1e12 --reduce mean --name "pi, long"
  valence job submit words --list pages.json --reduce sum
  valence job submit --input job.json`;

type Flags = SubmissionFlags & GridFlags & { input?: string };

export function addSubmit(job: Command): void {
  const command = job
    .command("submit")
    .summary("submit a job")
    .description("Submits a job and prints its id, without waiting for it.")
    .argument("[atom]", "a published name or id, or a file of an atom to publish first")
    .option("--input <file>", "the whole body of POST /jobs as JSON, in place of all the rest; - reads standard input");
  withGrid(withSubmission(command), "print the job")
    .addHelpText("after", REDUCES)
    .addHelpText("after", EXAMPLES)
    .action(async (atom: string | undefined, flags: Flags) => {
      const body = await bodyOf(atom, flags);
      await inSession(flags, async (session) => {
        const { grid, output, signal } = session;
        const submitted = await body(session);
        if (output.json) await output.record(await grid.job(submitted).view({ signal }));
        else await output.lines(submitted);
        if (output.isTerminal && !output.json) output.note(`Watch it: valence job watch ${submitted}`);
        return undefined;
      });
    });
}

/** What is to be sent is checked first; then, in a session, it is sent, for the job's id. */
async function bodyOf(atom: string | undefined, flags: Flags): Promise<(session: Session) => Promise<string>> {
  const { input, url: _url, token: _token, json: _json, ...rest } = flags;
  if (input !== undefined) {
    const more = [...(atom === undefined ? [] : ["the atom"]), ...Object.keys(rest).map((name) => `--${name}`)];
    if (more.length > 0) throw new UsageError(`--input is the whole job: leave out ${more.join(", ")}, or --input.`);
    const body = jsonOf(await textOf(input, "--input"), "--input");
    return async ({ grid, signal }) => (await grid.submitBody(body, { signal })).id;
  }
  if (atom === undefined)
    throw new UsageError("Say which atom: a name, an id or a file; or give the whole job with --input.");
  const submission = await submissionOf(atom, flags);
  return async (session) => {
    const whole = { ...submission, atom: await publishedAtom(atom, session) };
    return (await session.grid.submit(whole, { signal: session.signal })).id;
  };
}
