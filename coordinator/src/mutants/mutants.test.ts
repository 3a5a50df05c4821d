import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mutated, ROOT } from "./copy.js";
import { MUTANTS } from "./mutants.js";

test.each(MUTANTS)("$file has what a mutant changes once: $text", (mutant) => {
  const source = readFileSync(join(ROOT, mutant.file), "utf8");
  expect(mutated(source, mutant)).not.toBe(source);
});

test("a text that is not there, or there twice, is no mutant", () => {
  const mutant = { file: "a.js", text: "one", replacement: "two", breaks: "", judge: "simulation" } as const;
  expect(mutated("just one.", mutant)).toBe("just two.");
  expect(() => mutated("no", mutant)).toThrow("a.js has 0 times, not once: one");
  expect(() => mutated("one by one", mutant)).toThrow("has 2 times");
});
