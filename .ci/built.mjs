// Builds what the sources say, unless it is built already, and imports it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = new URL("..", import.meta.url);
/** Not by `npx --no tsc -b`: npx takes the `-b` for its own, and nothing is built. */
const TSC = fileURLToPath(new URL("node_modules/typescript/bin/tsc", root));

/** Scripts with their arguments, in this order: the pages are built from what the compiler makes. */
export const STEPS = [[TSC, "-b"], [fileURLToPath(new URL("client-web/build.mjs", root))]];

/** Imports a built module by its path in the repository. */
export async function built(path) {
  for (const step of STEPS) {
    const build = spawnSync(process.execPath, step, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    if (build.status === 0) continue;
    console.error("The build failed; see above.");
    process.exit(1);
  }
  return import(new URL(path, root).href);
}
