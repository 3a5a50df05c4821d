/** `valence input upload|list|delete`: lists that are uploaded once, for any number of jobs. */

import { ago, count, size } from "@valence/shared/human";
import type { UploadView } from "@valence/shared/job-view";
import { safeText } from "@valence/shared/safe-text";
import type { Command } from "commander";
import { type GridFlags, inSession, withGrid } from "./grid-options.js";
import { linesFrom, uploadLines } from "./lines.js";
import { all, limitOption } from "./options.js";

export function addInput(program: Command): void {
  const input = program
    .command("input")
    .summary("upload lists, for any number of jobs")
    .description("Uploads, lists and deletes lists that jobs compute on.");
  addUpload(input);
  addList(input);
  addDelete(input);
}

function addUpload(input: Command): void {
  const command = input
    .command("upload")
    .summary("upload a list")
    .description(
      "Uploads a list and prints its id, for --upload. It goes with the last job that used it, or after 7 days without any.",
    )
    .argument("<file>", "a JSON value on each line, any number; - reads standard input");
  withGrid(command, "print {id, items, bytes}")
    .addHelpText("after", "\nExample:\n  valence run words.ts --upload $(valence input upload pages.ndjson)")
    .action(async (file: string, flags: GridFlags) => {
      const lines = await linesFrom(file, "The file");
      await inSession(flags, async (session) => {
        const uploaded = await uploadLines(lines, session);
        if (session.output.json) await session.output.record(uploaded);
        else await session.output.lines(safeText(uploaded.id));
        return undefined;
      });
    });
}

function addList(input: Command): void {
  const command = input.command("list").summary("list uploads").description("Lists your uploads, newest first.");
  withGrid(command.addOption(limitOption()), "print an array of uploads")
    .addHelpText("after", "\nExample:\n  valence input list --json | jq 'map(.bytes) | add'")
    .action(async (flags: GridFlags & { limit: number }) => {
      await inSession(flags, async ({ grid, output, signal }) => {
        const uploads = await all(grid.uploads({ limit: flags.limit, signal }));
        if (output.json) await output.record(uploads);
        else if (uploads.length === 0) output.note("No uploads.");
        else await output.table(uploads, columns());
        return undefined;
      });
    });
}

function addDelete(input: Command): void {
  const command = input
    .command("delete")
    .summary("delete an upload")
    .description("Deletes an upload that no job uses.")
    .argument("<upload>", "id of an upload");
  withGrid(command, "print nothing")
    .addHelpText("after", "\nExample:\n  valence input delete u1")
    .action(async (id: string, flags: GridFlags) => {
      await inSession(flags, async ({ grid, signal }) => {
        await grid.deleteUpload(id, { signal });
        return undefined;
      });
    });
}

function columns() {
  const now = Date.now();
  return [
    { title: "UPLOAD", cell: ({ id }: UploadView) => safeText(id) },
    { title: "ITEMS", cell: ({ items }: UploadView) => count(items), right: true },
    { title: "SIZE", cell: ({ bytes }: UploadView) => size(bytes), right: true },
    { title: "JOBS", cell: ({ jobs }: UploadView) => count(jobs), right: true },
    { title: "UPLOADED", cell: ({ createdAt }: UploadView) => ago(createdAt, now) },
    { title: "GOES", cell: ({ expiresAt }: UploadView) => safeText(expiresAt?.slice(0, 10) ?? "with its jobs") },
  ];
}
