/** `valence job explain`: why nothing, or so little, of a job is running. */

import { duration } from "@valence/shared/human";
import { hasEnded } from "@valence/shared/job-state";
import type { ExplainView } from "@valence/shared/job-view";
import { safeText } from "@valence/shared/safe-text";
import type { Command } from "commander";
import { type GridFlags, inSession, withGrid } from "./grid-options.js";
import type { Style } from "./style.js";

export function addExplain(job: Command): void {
  const command = job
    .command("explain")
    .summary("say why a job does not run, or not faster")
    .description("Says why nothing of a job runs, or not more of it, and what to do about it.")
    .argument("<job>", "id of a job");
  withGrid(command, "print the reasons, each with its code")
    .addHelpText(
      "after",
      "\nExamples:\n  valence job explain j1\n  valence job explain j1 --json | jq -r '.reasons[].code'",
    )
    .action(async (id: string, flags: GridFlags) => {
      await inSession(flags, async ({ grid, output, signal }) => {
        const view = await grid.job(id).explain({ signal });
        if (output.json) await output.record(view);
        else await output.lines(...explainLines(view, output.style, Date.now()));
        return undefined;
      });
    });
}

/** The state, with the deadline while it may still be missed, and a line for each reason; what of it will change by itself, and when. */
export function explainLines({ state, deadline, reasons }: ExplainView, style: Style, now: number): string[] {
  const limit = deadline === null || hasEnded(state) ? "" : `, fails ${within(deadline, now)} unless it has ended`;
  const lines = reasons.map(({ code, message, until }) => {
    const change = until === null ? "" : `, ${within(until, now)}`;
    return `  ${safeText(message)} ${style.dim(`(${safeText(code)}${change})`)}`;
  });
  return [`${style.bold(state)}${limit}`, ...lines];
}

function within(iso: string, now: number): string {
  const ms = Date.parse(iso) - now;
  return ms > 0 ? `in ${duration(ms)}` : "now";
}
