// Builds what the sources say, unless it is built already, and imports it.
import { spawnSync } from "node:child_process";

const root = new URL("..", import.meta.url);

/** Imports a built module by its path in the repository. */
export async function built(path) {
  const build = spawnSync("npx", ["--no", "tsc", "-b"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (build.status !== 0) {
    console.error("The build failed; see above.");
    process.exit(1);
  }
  return import(new URL(path, root).href);
}
