/** `valence job pause|resume|cancel|retry`. */
import type { JobView } from "@valence/shared/job-view";
import type { Command } from "commander";
import type { Abortable, Job } from "../sdk/job.js";
import { type GridFlags, inSession, withGrid } from "./grid-options.js";
import { endLine } from "./job-text.js";
import { wholeOption } from "./options.js";

type Act = (job: Job, options: Abortable & { electron?: number | undefined }) => Promise<JobView>;
type Verb = { readonly name: string; readonly summary: string; readonly description: string; readonly act: Act };

const VERBS: readonly Verb[] = [
  {
    name: "pause",
    summary: "let nothing new start",
    description: "Lets nothing new of a job start; what runs may end, and counts.",
    act: (job, options) => job.pause(options),
  },
  {
    name: "resume",
    summary: "let a paused job go on",
    description: "Lets a paused job go on.",
    act: (job, options) => job.resume(options),
  },
  {
    name: "cancel",
    summary: "end a job",
    description: "Ends a job; what runs of it is stopped. A second time changes nothing.",
    act: (job, options) => job.cancel(options),
  },
  {
    name: "retry",
    summary: "try dead letters again",
    description: "Makes the dead letters of a job ready again, all or one; an ended job is opened again for it.",
    act: (job, options) => job.retry(options),
  },
];

export function addSteering(job: Command): void {
  for (const verb of VERBS) addVerb(job, verb);
}

function addVerb(group: Command, { name, summary, description, act }: Verb): void {
  const command = group.command(name).summary(summary).description(description).argument("<job>", "id of a job");
  if (name === "retry") command.addOption(wholeOption("--electron <n>", "only this electron"));
  withGrid(command, "print the job")
    .addHelpText("after", `\nExample:\n  valence job ${name} j1`)
    .action(async (id: string, { electron, ...flags }: GridFlags & { electron?: number }) => {
      await inSession(flags, async ({ grid, output, signal }) => {
        const view = await act(grid.job(id), { electron, signal });
        if (output.json) await output.record(view);
        else await output.lines(endLine(view));
        return undefined;
      });
    });
}
