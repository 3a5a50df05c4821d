/** `valence atom publish|list`. */

import { ago } from "@valence/shared/human";
import type { AtomView } from "@valence/shared/job-view";
import type { Command } from "commander";
import { type GridFlags, inSession, withGrid } from "./grid-options.js";
import { all, limitOption } from "./options.js";

export function addAtom(program: Command): void {
  const atom = program.command("atom").summary("publish and list atoms").description("Publishes and lists atoms.");
  addPublish(atom);
  addList(atom);
}

function addPublish(atom: Command): void {
  const command = atom
    .command("publish")
    .summary("bundle a file and publish it")
    .description("Bundles a file with all it imports into one module, publishes it and prints its id.")
    .argument("<file>", "TypeScript or JavaScript with an atom as its default export");
  withGrid(command, "print {id, name, created}")
    .addHelpText("after", "\nExample:\n  valence atom publish pi.ts")
    .action(async (file: string, flags: GridFlags) => {
      await inSession(flags, async ({ grid, output, signal }) => {
        const { bundleAtom } = await import("../bundle.js");
        const published = await grid.publish(await bundleAtom(file), { signal });
        if (output.json) await output.record(published);
        else await output.lines(published.id);
        if (!output.json && !published.created) output.note("The same bytes had been published before.");
        return undefined;
      });
    });
}

function addList(atom: Command): void {
  const command = atom
    .command("list")
    .summary("list published atoms")
    .description("Lists published atoms, newest first.");
  withGrid(command.addOption(limitOption()), "print an array of atoms")
    .addHelpText("after", "\nExample:\n  valence atom list --limit 10")
    .action(async (flags: GridFlags & { limit: number }) => {
      await inSession(flags, async ({ grid, output, signal }) => {
        const atoms = await all(grid.atoms({ limit: flags.limit, signal }));
        if (output.json) await output.record(atoms);
        else if (atoms.length === 0) output.note("No atoms yet. Publish one: valence atom publish atom.ts");
        else await output.table(atoms, columns());
        return undefined;
      });
    });
}

function columns() {
  const now = Date.now();
  return [
    { title: "ATOM", cell: ({ id }: AtomView) => id },
    { title: "PAYLOAD", cell: ({ payload }: AtomView) => (payload === null ? "any" : "checked") },
    { title: "PUBLISHED", cell: ({ createdAt }: AtomView) => ago(createdAt, now) },
  ];
}
