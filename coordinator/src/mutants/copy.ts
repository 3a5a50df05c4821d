/** A copy of the compiled packages that a mutant is put into: its own, so that the checkout is never changed, and nobody runs a mutant by chance. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutant } from "./mutants.js";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SCOPE = "@valence";
/** What is mutated, and what judges it. */
const PACKAGES = ["shared", "coordinator"];

export class Copy {
  readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
  }

  /** With the mutant in it, if there is one. @throws Error when its text is not there exactly once */
  static async of(mutant: Mutant | null): Promise<Copy> {
    const copy = new Copy(await mkdtemp(join(tmpdir(), "valence-mutant-")));
    try {
      await copy.#fill();
      if (mutant) await copy.#mutate(mutant);
    } catch (error) {
      await copy.remove();
      throw error;
    }
    return copy;
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }

  /** Our packages are copied, and find each other here; all others are those of the checkout. */
  async #fill(): Promise<void> {
    for (const file of ["package.json", "vitest.config.mjs"]) await cp(join(ROOT, file), join(this.dir, file));
    const modules = join(this.dir, "node_modules");
    await mkdir(join(modules, SCOPE), { recursive: true });
    for (const entry of await readdir(join(ROOT, "node_modules"))) {
      if (entry !== SCOPE && !entry.startsWith("."))
        await symlink(join(ROOT, "node_modules", entry), join(modules, entry));
    }
    for (const name of PACKAGES) {
      await cp(join(ROOT, name, "package.json"), join(this.dir, name, "package.json"));
      await cp(join(ROOT, name, "dist"), join(this.dir, name, "dist"), { recursive: true });
      await symlink(join(this.dir, name), join(modules, SCOPE, name));
    }
  }

  async #mutate(mutant: Mutant): Promise<void> {
    const file = join(this.dir, mutant.file);
    await writeFile(file, mutated(await readFile(file, "utf8"), mutant));
  }
}

/** @throws Error when the mutant's text is not there exactly once */
export function mutated(source: string, { file, text, replacement }: Mutant): string {
  const [before, after, ...more] = source.split(text);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`${file} has ${source.split(text).length - 1} times, not once: ${text}`);
  return before + replacement + after;
}
