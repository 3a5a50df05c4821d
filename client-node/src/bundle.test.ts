import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAtom } from "@valence/coordinator/atoms/read-atom";
import { ATOM_BYTES_MAX } from "@valence/shared/limits";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleAtom } from "./bundle.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "valence-bundle-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Bundles `atom.ts` beside the other files. */
function bundle(source: string, { name = "atom.ts", ...files }: Record<string, string> = {}): Promise<string> {
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  writeFileSync(join(folder, name), source);
  return bundleAtom(join(folder, name));
}

type Module = { default: { process(payload: unknown, context: unknown): unknown } };
const load = (source: string): Promise<Module> => import(`data:text/javascript,${encodeURIComponent(source)}`);

test("types go, what is imported comes in, and the coordinator can read the result", async () => {
  const source = await bundle(
    `import { defineAtom } from "@valence/shared/atom";
     import { twice, unused } from "./twice.js";
     export default defineAtom<number, number>({ name: "twice", payload: { type: "number" }, process: (n) => twice(n) });`,
    { "twice.ts": "export const twice = (n: number): number => 2 * n; export const unused = 'UNUSED';" },
  );
  expect(readAtom(source)).toEqual({ name: "twice", schema: { type: "number" } });
  expect((await load(source)).default.process(21, {})).toBe(42);
  expect(source).not.toContain("UNUSED");
});

test("the same code gives the same bytes wherever it lies, and names no folder of its author", async () => {
  const atom = `import { k } from "./k.js"; export default { name: "k", process: () => k };`;
  const one = await bundle(atom, { "k.ts": "export const k = 1 as const;" });
  const cwd = process.cwd();
  try {
    process.chdir("/");
    expect(await bundle(atom)).toBe(one);
  } finally {
    process.chdir(cwd);
  }
  expect(one).not.toContain("k.ts");
});

test("JavaScript that imports nothing stays as it is", async () => {
  const source = `// by hand\nexport default { name: "plain", process(p) { return p; } };\n`;
  expect(await bundle(source, { name: "plain.mjs" })).toBe(source);
});

describe("what is computed is written out:", () => {
  test("a schema, without the name of its dialect", async () => {
    const source = await bundle(
      `const max = 3; const schema = { $schema: "https://json-schema.org/x", type: "number", maximum: max };
       export default { name: "a", payload: schema, factor: 5, process(n: number) { return this.factor * n; } };`,
    );
    expect(readAtom(source)).toEqual({ name: "a", schema: { type: "number", maximum: 3 } });
    expect((await load(source)).default.process(2, {})).toBe(10);
  });

  test("a name, in JavaScript too", async () => {
    const source = await bundle(`const name = "b" + 1; export default { name, process: () => 1 };`, { name: "b.js" });
    expect(readAtom(source)).toEqual({ name: "b1", schema: null });
  });

  test.each(["throw new Error('no')", "for (;;);"])(
    "but not by a module that cannot be run: %s",
    async (statement) => {
      const source = await bundle(`${statement}; export default { name: String(1), process: () => 1 };`);
      expect(() => readAtom(source)).toThrow(/name must be a string literal|no default export/);
    },
    10_000,
  );
});

test("a bundle above the limit of an atom is minified", async () => {
  const lines = Array.from({ length: 40_000 }, (_, i) => `    [${i}, "value"],`).join("\n");
  const source = await bundle(
    `const table = [\n${lines}\n];\nexport default { name: "t", process: (i: number) => table[i] };`,
  );
  expect(source.length).toBeLessThan(ATOM_BYTES_MAX);
  expect(readAtom(source).name).toBe("t");
});

describe("faults say where they are:", () => {
  test("syntax", async () => {
    await expect(bundle("export default {\n  name: 'a' 'b' };")).rejects.toThrow(/atom\.ts:2:13: Expected/);
  });

  test("a module that is not there", async () => {
    await expect(bundle('import "./gone.js"; export default {};')).rejects.toThrow(/atom\.ts:1:8: Could not resolve/);
  });

  test.each(["node:fs", "fs"])("%s, which is not there in browsers", async (builtin) => {
    await expect(bundle(`import { x } from "${builtin}"; export default { x };`)).rejects.toThrow(
      `An atom runs in browsers as well as in Node, so it cannot import "${builtin}"`,
    );
  });

  test("a file that is not there", async () => {
    await expect(bundleAtom(join(folder, "none.ts"))).rejects.toThrow(/There is no file .*none\.ts\./);
  });
});
