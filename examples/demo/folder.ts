/** Where the demo keeps its coordinator's data and its clients' identities. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export type Folder = { readonly path: string; readonly temporary: boolean; remove(): void };

/** The folder that VALENCE_DATA_DIR names, which stays; else a temporary one, which goes with the demo. */
export function demoFolder(env: Readonly<Record<string, string | undefined>>): Folder {
  if (env.VALENCE_DATA_DIR) {
    const path = resolve(env.VALENCE_DATA_DIR);
    mkdirSync(path, { recursive: true });
    return { path, temporary: false, remove: () => {} };
  }
  const path = mkdtempSync(join(tmpdir(), "valence-demo-"));
  return { path, temporary: true, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}
