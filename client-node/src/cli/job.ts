/** `valence job …`: the group, and the commands that look at jobs. */
import { JOB_STATES, type JobState } from "@valence/shared/job-state";
import { type Command, Option } from "commander";
import { answerLines } from "./answer.js";
import { followToEnd } from "./follow.js";
import { type GridFlags, inSession, withGrid } from "./grid-options.js";
import { addEvents } from "./job-events.js";
import { addExplain } from "./job-explain.js";
import { addResults } from "./job-results.js";
import { addSteering } from "./job-steering.js";
import { addSubmit } from "./job-submit.js";
import { jobColumns, jobLines } from "./job-text.js";
import { all, limitOption } from "./options.js";

export function addJob(program: Command): void {
  const job = program
    .command("job")
    .summary("submit, watch and steer jobs")
    .description("Submits, watches and steers jobs.");
  addSubmit(job);
  addList(job);
  addShow(job);
  addWatch(job);
  addEvents(job);
  addResults(job);
  addExplain(job);
  addSteering(job);
}

type ListFlags = GridFlags & { state?: JobState; atom?: string; name?: string; limit: number };

function addList(job: Command): void {
  const command = job
    .command("list")
    .summary("list jobs")
    .description("Lists jobs, newest first.")
    .addOption(new Option("--state <state>", "only jobs in this state").choices(JOB_STATES))
    .option("--atom <atom>", "only jobs of this atom, by name or full id")
    .option("--name <name>", "only jobs of this name")
    .addOption(limitOption());
  withGrid(command, "print an array of jobs")
    .addHelpText("after", "\nExamples:\n  valence job list\n  valence job list --state running --json | jq '.[].id'")
    .action(async (flags: ListFlags) => {
      await inSession(flags, async ({ grid, output, signal }) => {
        const { state, atom, name, limit } = flags;
        const jobs = await all(grid.jobs({ state, atom, name, limit, signal }));
        if (output.json) await output.record(jobs);
        else if (jobs.length === 0) output.note("No such jobs.");
        else await output.table(jobs, jobColumns(output.style, Date.now()));
        return undefined;
      });
    });
}

function addShow(job: Command): void {
  const command = job
    .command("show")
    .summary("show one job")
    .description("Shows one job, with its answer so far.")
    .argument("<job>", "id of a job");
  withGrid(command, "print the job")
    .addHelpText("after", "\nExample:\n  valence job show j1 --json | jq .progress")
    .action(async (id: string, flags: GridFlags) => {
      await inSession(flags, async ({ grid, output, signal }) => {
        const view = await grid.job(id).view({ signal });
        if (output.json) await output.record(view);
        else await output.lines(...jobLines(view, Date.now()), ...resultLines(view.result));
        return undefined;
      });
    });
}

function resultLines(result: unknown): string[] {
  const [first = "", ...rest] = result === null ? [] : answerLines(result);
  if (result === null) return [];
  return [`${"result".padEnd(9)} ${first}`, ...rest.map((line) => `${" ".repeat(9)} ${line}`)];
}

function addWatch(job: Command): void {
  const command = job
    .command("watch")
    .summary("watch a job to its end")
    .description("Watches a job to its end and prints the answer. Ctrl-C stops watching; the job goes on.")
    .argument("<job>", "id of a job");
  withGrid(command, "print every view of the job as a line of JSON")
    .addHelpText("after", "\nExamples:\n  valence job watch j1\n  valence job watch j1 --json | jq -c .progress.done")
    .action(async (id: string, flags: GridFlags) => {
      await inSession(flags, (session) => followToEnd(session.grid.job(id), session, { records: "views" }));
    });
}
