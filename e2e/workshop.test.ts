import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("what npm scripts start is built when it is not", async () => {
  const checkout = mkdtempSync(join(tmpdir(), "valence-checkout-"));
  try {
    cpSync(join(root, ".ci/built.mjs"), join(checkout, ".ci/built.mjs"));
    symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"), "junction");
    mkdirSync(join(checkout, "part"));
    mkdirSync(join(checkout, "client-web"));
    writeFileSync(join(checkout, "client-web/build.mjs"), '(await import("node:fs")).writeFileSync("site", "");\n');
    writeFileSync(join(checkout, "tsconfig.json"), '{ "files": [], "references": [{ "path": "part" }] }');
    const compilerOptions = { composite: true, module: "NodeNext", outDir: "dist", rootDir: "." };
    writeFileSync(join(checkout, "part/tsconfig.json"), JSON.stringify({ compilerOptions }));
    writeFileSync(join(checkout, "part/answer.mts"), "export const answer: number = 42;\n");
    const { built } = await import(pathToFileURL(join(checkout, ".ci/built.mjs")).href);
    expect((await built("part/dist/answer.mjs")).answer).toBe(42);
    expect(existsSync(join(checkout, "site"))).toBe(true);
  } finally {
    rmSync(checkout, { recursive: true });
  }
});

test("our scripts start tools by their files: npx takes some of the flags for its own, and its time", () => {
  const scripts = readdirSync(join(root, ".ci")).filter((name) => name.endsWith(".mjs"));
  expect(scripts.length).toBeGreaterThan(2);
  expect(scripts.filter((name) => readFileSync(join(root, ".ci", name), "utf8").includes('"npx"'))).toEqual([]);
});
