/** What the examples have in common: each of their files can be run, or imported by a test. */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Whether a module is the one that Node was told to run. @param url its `import.meta.url` */
export function isProgram(url: string): boolean {
  const [, file] = process.argv;
  return file !== undefined && realpathSync(file) === fileURLToPath(url);
}
