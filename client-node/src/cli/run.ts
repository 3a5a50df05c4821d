/** `valence run`: publish, submit, watch, print. */
import type { Command } from "commander";
import { followToEnd } from "./follow.js";
import { type GridFlags, inSession, withGrid } from "./grid-options.js";
import { preparedJob } from "./prepared.js";
import { REDUCES, type SubmissionFlags, withSubmission } from "./submission-options.js";

const EXAMPLES = `
Examples:
  valence run pi.ts --range 0..1e9 --reduce mean
  valence run sweep.ts --grid x=0..1/0.1,y=1,2,3 --reduce '{"top":5,"by":"fit"}' --timeout 5000
  jq -c '.pages[]' site.json | valence run words.ts --input - --json | jq .result

The answer goes to standard output, progress to standard error. Ctrl-C stops watching; the job goes on.`;

export function addRun(program: Command): void {
  const command = program
    .command("run")
    .summary("publish an atom, submit a job, watch it and print the answer")
    .description("Publishes an atom, submits a job, watches it to its end and prints the answer.")
    .argument("<atom>", "file of an atom (TypeScript or JavaScript), or a published name or id");
  withGrid(withSubmission(command), "print the ended job as one line of JSON")
    .addHelpText("after", REDUCES)
    .addHelpText("after", EXAMPLES)
    .action(async (atom: string, flags: SubmissionFlags & GridFlags) => {
      const submit = await preparedJob(atom, flags);
      await inSession(flags, async (session) => {
        const job = await submit(session);
        if (!session.output.json) session.output.note(`Submitted ${job.id}`);
        return followToEnd(job, session, { records: "end" });
      });
    });
}
