/** The examples in the doc comments of the SDK: each is compiled strictly, and run against a real grid. */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LiveGrid, liveGrid } from "./testing/live-grid.js";
import { blocksOf } from "./testing/pages.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
/** Where imports are found; not committed. */
const folder = join(root, "examples/dist/sdk-docs");
const SDK = "client-node/src/sdk";
const files = readdirSync(join(root, SDK)).filter((name) => name.endsWith(".ts") && !name.includes(".test."));
const SOURCES = ["shared/src/atom.ts", ...files.map((name) => `${SDK}/${name}`)];

/** What a reader of a comment has at hand, unless the example makes it. */
const AT_HAND: readonly [name: string, line: string][] = [
  ["connect(", 'import { connect } from "@valence/client-node/sdk/connect";'],
  ["defineAtom", 'import { defineAtom } from "@valence/shared/atom";'],
  ["ProblemError", 'import { ProblemError } from "@valence/client-node/sdk/errors";'],
  ["JobError", 'import { JobError } from "@valence/client-node/sdk/errors";'],
];
const GRID = "const grid = connect();";
const SQUARE = 'const square = defineAtom<number, number>({ name: "square", process: (n) => n * n });';

type Example = { readonly name: string; readonly text: string };

function examplesIn(source: string): Example[] {
  const lines = readFileSync(join(root, source), "utf8").split("\n");
  const comments = lines.map((line) => /^ *\* ?(.*)$/.exec(line)?.[1] ?? "").join("\n");
  return [...comments.matchAll(/^@example\n```ts\n([\s\S]*?)^```$/gm)].map(([, text = ""], i) => {
    return { name: `${source.split("/").at(-1)?.replace(".ts", "")}-${i + 1}`, text };
  });
}

/** A program of its own. */
function programOf({ text }: Example): string {
  const imports = text.match(/^import .*$/gm) ?? [];
  const body = text.replace(/^import .*\n/gm, "");
  const before = [body.includes("const grid =") ? "" : GRID, /\bsquare\b/.test(body) ? SQUARE : ""].filter(Boolean);
  const whole = [...before, body].join("\n");
  const needed = AT_HAND.filter(([name]) => whole.includes(name)).map(([, line]) => line);
  return [...needed, ...imports, whole].join("\n");
}

const examples = SOURCES.flatMap(examplesIn);
const squares = blocksOf("README.md", join(root, "README.md")).find(({ text }) => text.startsWith("// squares.ts"));
const TSCONFIG = {
  extends: "../../../tsconfig.base.json",
  compilerOptions: { composite: false, rootDir: ".", outDir: "out" },
  include: ["*.ts"],
};

describe("the examples of the SDK's doc comments", () => {
  let live: LiveGrid;
  beforeAll(async () => {
    live = await liveGrid({ clients: 2 });
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
    writeFileSync(join(folder, "squares.ts"), squares?.text ?? "");
    for (const example of examples) writeFileSync(join(folder, `${example.name}.ts`), programOf(example));
  });
  afterAll(() => live.stop());

  test("compile", async () => {
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = await run(process.execPath, [compiler, "-p", folder]).catch(({ stdout }) => ({ stdout }));
    expect(stdout).toBe("");
  });

  test.each(examples.map((example) => [example.name, example] as const))("%s", async (name, { text }) => {
    const env = { PATH: process.env.PATH, VALENCE_URL: live.url, VALENCE_TOKEN: live.token };
    const { stdout } = await run(process.execPath, [join(folder, "out", `${name}.js`)], { cwd: folder, env });
    const promises = [...text.matchAll(/\/\/ → (.*)$/gm)].map(([, words = ""]) => words);
    expect(promises).not.toEqual([]);
    for (const words of promises) expect(stdout).toContain(words);
  });

  test("are there for whatever does something", () => {
    const all = examples.map(({ text }) => text).join("\n");
    const calls = [
      "connect",
      "publish",
      "publishFile",
      "upload",
      "submit",
      "jobs",
      "result",
      "watch",
      "results",
      "events",
    ];
    for (const call of [...calls, "deadLetters", "defineAtom"]) expect(all).toMatch(new RegExp(`\\b${call}\\b[<(]`));
  });
});

test("everything that the SDK exports has a doc comment", () => {
  const bare = SOURCES.flatMap((source) => {
    const text = readFileSync(join(root, source), "utf8");
    const exported = [...text.matchAll(/^export .*$/gm)];
    return exported.filter(({ index }) => !text.slice(0, index).endsWith("*/\n")).map(([line]) => `${source}: ${line}`);
  });
  expect(bare).toEqual([]);
});
