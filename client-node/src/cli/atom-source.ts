/** What `run` and `job submit` name as their atom: a file to bundle and publish, or one that is published already. */
import { existsSync } from "node:fs";
import type { Session } from "./grid-options.js";

/** Its id, or the name as it was given. Publishing the same file again changes nothing. */
export async function publishedAtom(atom: string, { grid, output, signal }: Session): Promise<string> {
  if (!looksLikeFile(atom)) return atom;
  const { bundleAtom } = await import("../bundle.js");
  const { id, created } = await grid.publish(await bundleAtom(atom), { signal });
  if (!output.json) output.note(`${created ? "Published" : "Already published:"} ${id}`);
  return id;
}

/** A name of an atom may end in `.ts`, too; a file of that name wins. */
function looksLikeFile(atom: string): boolean {
  return /[/\\]|\.[cm]?[jt]sx?$/.test(atom) || existsSync(atom);
}
