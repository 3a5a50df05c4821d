/** From an imported module to the atom in it. */
import type { Atom } from "../atom.js";

/** What a worker needs of an atom. @throws TypeError when the module's default export has no `process` */
export function atomOf(module: unknown): Pick<Atom, "process"> {
  const atom = (module as { default?: unknown }).default as Partial<Atom> | null | undefined;
  if (typeof atom?.process === "function") return atom as Pick<Atom, "process">;
  throw new TypeError("the module's default export has no process()");
}
