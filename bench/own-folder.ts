/** A folder for the files of a yardstick. */
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openThings } from "@valence/e2e/open-things";

/** It is noted as open until it is removed. */
export function ownFolder(): { readonly dir: string; remove(): Promise<void> } {
  const dir = mkdtempSync(join(tmpdir(), "valence-bench-")); // At once: no signal comes between the folder and its note.
  return { dir, remove: openThings.note(() => rm(dir, { recursive: true, force: true })) };
}
