/** `valence job results` and `valence job dead-letters`: what electrons gave, and what they failed by. */

import { count, duration } from "@valence/shared/human";
import type { DeadLetterView, PropertiesView } from "@valence/shared/job-view";
import { safeJson, safeLines, safeText } from "@valence/shared/safe-text";
import type { Command } from "commander";
import { type GridFlags, inSession, withGrid } from "./grid-options.js";
import { wholeOption } from "./options.js";
import type { Output } from "./output.js";

type ResultFlags = GridFlags & { follow?: boolean; from?: number; to?: number; after?: string };

export function addResults(job: Command): void {
  addKept(job);
  addDeadLetters(job);
}

function addKept(job: Command): void {
  const command = job
    .command("results")
    .summary("print kept results")
    .description("Prints the kept results of a job, one electron a line: in item order, or as committed with --follow.")
    .argument("<job>", "id of a job")
    .option("--follow", "wait for more until the job ends")
    .addOption(wholeOption("--from <item>", "the first item"))
    .addOption(wholeOption("--to <item>", "the item after the last one"))
    .option("--after <cursor>", "only what comes after the line with this cursor");
  withGrid(command, "print each electron's properties as a line of JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  valence job results j1 --from 100 --to 200\n  valence job results j1 --follow --json | jq -c .result",
    )
    .action(async (id: string, { follow, from, to, after, ...flags }: ResultFlags) => {
      await inSession(flags, async ({ grid, output, signal }) => {
        for await (const view of grid.job(id).resultViews({ follow, from, to, after, signal })) {
          if (output.json) await output.record(view);
          else await output.lines(resultLine(view, output));
        }
        return undefined;
      });
    });
}

function resultLine({ item, result, start, end, volunteer }: PropertiesView, { style }: Output): string {
  const took = duration(Date.parse(end) - Date.parse(start));
  return `${style.dim(String(item))}\t${safeJson(result)}\t${style.dim(`${took} by ${safeText(volunteer)}`)}`;
}

function addDeadLetters(job: Command): void {
  const command = job
    .command("dead-letters")
    .summary("print what failed for good")
    .description("Prints the electrons of a job that have failed for good, with every error.")
    .argument("<job>", "id of a job");
  withGrid(command, "print each dead letter as a line of JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  valence job dead-letters j1\n  valence job dead-letters j1 --json | jq -c '.errors[0]'",
    )
    .action(async (id: string, flags: GridFlags) => {
      await inSession(flags, async ({ grid, output, signal }) => {
        let letters = 0;
        for await (const letter of grid.job(id).deadLetters({ signal })) {
          letters++;
          if (output.json) await output.record(letter);
          else await output.lines(...letterLines(letter, output));
        }
        if (letters === 0 && !output.json) output.note("No dead letters.");
        else if (!output.json) output.note(`Try them again: valence job retry ${safeText(id)}`);
        return undefined;
      });
    });
}

function letterLines({ electron, item, payload, attempts, errors }: DeadLetterView, { style }: Output): string[] {
  const tries = attempts === 1 ? "1 attempt" : `${count(attempts)} attempts`;
  return [
    style.bold(`electron ${electron}, item ${item}, after ${tries}`),
    `  payload  ${safeJson(payload)}`,
    ...errors.flatMap(({ attempt, code, message, stack, volunteer, at }) => [
      `  attempt ${attempt}  ${style.red(safeText(code))}  ${safeText(message)}`,
      style.dim(`    ${safeText(at)} by ${safeText(volunteer)}`),
      ...safeLines(stack ?? "")
        .filter((line) => line.trim() !== "")
        .map((line) => style.dim(`    ${line.trim()}`)),
    ]),
  ];
}
