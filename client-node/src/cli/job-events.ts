/** `valence job events`: what has happened to a job, and what does. */

import { count } from "@valence/shared/human";
import type { JobEvent } from "@valence/shared/job-event";
import { safeText } from "@valence/shared/safe-text";
import type { Command } from "commander";
import type { JobReset } from "../sdk/events.js";
import { Interrupted } from "./exit-code.js";
import { type GridFlags, inSession, withGrid } from "./grid-options.js";
import { endLine, paintOf } from "./job-text.js";
import { wholeOption } from "./options.js";
import type { Style } from "./style.js";

export function addEvents(job: Command): void {
  const command = job
    .command("events")
    .summary("print what happens to a job")
    .description(
      "Prints what has happened to a job and what does, until it has ended. Ctrl-C stops printing; the job goes on.",
    )
    .argument("<job>", "id of a job")
    .addOption(wholeOption("--since <n>", "only what came after the event with this number"));
  withGrid(command, "print each event as a line of JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  valence job events j1\n  valence job events j1 --since 12 --json | jq -c .kind",
    )
    .action(async (id: string, { since, ...flags }: GridFlags & { since?: number }) => {
      await inSession(flags, async ({ grid, output, signal }) => {
        let last = since ?? 0;
        try {
          for await (const event of grid.job(id).events({ since, signal })) {
            last = event.number;
            if (output.json) await output.record(event);
            else await output.lines(eventLine(event, output.style));
          }
        } catch (error) {
          const again = `valence job events ${safeText(id)} --since ${last}`;
          if (error instanceof Interrupted) output.note(`Stopped; the job goes on. To go on here: ${again}`);
          throw error;
        }
        return undefined;
      });
    });
}

function eventLine(event: JobEvent | JobReset, style: Style): string {
  const when = "at" in event ? safeText(event.at) : " ".repeat("2026-11-01T00:00:00.000Z".length);
  return `${style.dim(when)}\t${event.number}\t${eventText(event, style)}`;
}

function eventText(event: JobEvent | JobReset, style: Style): string {
  const { kind } = event;
  if (kind === "reset") return `what was before is not kept; ${endLine(event.view)}`;
  if (kind === "chunk") return `a chunk has ${count(event.chunk)} items`;
  if (kind === "block") return `electrons ${event.from} to ${event.to - 1} are done`;
  if (kind === "succeeded" && event.stopped) return `${style.green(kind)}, stopped early`;
  if (kind === "act") return actText(event);
  if (kind === "dead_letter") return style.red(letterText(event));
  const paint = paintOf(kind, style);
  return kind === "failed"
    ? paint(`failed: ${safeText(event.error.message)} (${safeText(event.error.code)})`)
    : paint(kind);
}

function actText({ act, electron, by }: Extract<JobEvent, { kind: "act" }>): string {
  const what = electron === null ? act : `${act} of electron ${electron}`;
  return by === null ? what : `${what} by ${safeText(by)}`;
}

function letterText({ letter }: Extract<JobEvent, { kind: "dead_letter" }>): string {
  if (letter === null) return "an electron has failed for good";
  return `electron ${letter.electron} has failed for good: ${safeText(letter.message)} (${safeText(letter.code)})`;
}
