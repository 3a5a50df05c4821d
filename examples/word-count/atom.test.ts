import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "@valence/client-node/testing/command";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bareContext } from "../testing/bare-context.js";
import { type LiveGrid, liveGrid } from "../testing/live-grid.js";
import atom from "./atom.js";
import { countWords, type WordCounts } from "./submit.js";
import { pieces, wordPaths } from "./texts.js";

const ATOM = fileURLToPath(new URL("../../word-count/atom.ts", import.meta.url));
const MODULES = fileURLToPath(new URL("../../../node_modules", import.meta.url));

/** Whole files in one thread, by what parts words and not by what they are made of. */
function inOneThread(paths: readonly string[]): WordCounts {
  const counts: Record<string, number> = Object.create(null);
  for (const path of paths) {
    for (const word of readFileSync(path, "utf8")
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)) {
      if (word !== "") counts[word] = (counts[word] ?? 0) + 1;
    }
  }
  return { ...counts };
}

describe("word-count as a plain function", () => {
  test("counts runs of letters and digits, whatever their case", async () => {
    const text = "One word, one WORD: naïve_Ωmega\n2nd constructor (constructor) — \ufffd.";
    expect(Object.fromEntries(await atom.process(text, bareContext()))).toEqual({
      one: 2,
      word: 2,
      naïve: 1,
      ωmega: 1,
      "2nd": 1,
      constructor: 2,
    });
  });

  test("finds nothing in nothing", async () => {
    expect(await atom.process(" \n—", bareContext())).toEqual([]);
  });
});

describe("texts", () => {
  const folder = mkdtempSync(join(tmpdir(), "valence-words-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("are Markdown and licence files, in the order of their paths", () => {
    const names = ["b/LICENSE", "a.md", "b/readme.MARKDOWN", "b/COPYING.txt", "licence.txt", "code.js", "md"];
    for (const name of names) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), name);
    }
    const wanted = ["a.md", "b/COPYING.txt", "b/LICENSE", "b/readme.MARKDOWN", "licence.txt"];
    expect(wordPaths(folder).map((path) => relative(folder, path).replaceAll("\\", "/"))).toEqual(wanted);
  });

  test("are cut where no word is, and nothing is lost", () => {
    const path = join(folder, "long.md");
    const text = `${"word and ".repeat(5_000)}${"x".repeat(25_000)} end`;
    writeFileSync(path, text);
    const cut = [...pieces([path])];
    expect(cut.join("")).toBe(text);
    expect(cut.slice(0, -1).every((piece) => piece.endsWith(" "))).toBe(true);
    expect(Math.max(...cut.map(({ length }) => length))).toBe(25_001);
  });
});

describe("on a grid", () => {
  let live: LiveGrid;
  const paths = wordPaths(MODULES);
  beforeAll(async () => {
    live = await liveGrid();
  });
  afterAll(() => live.stop());

  test("[I6] [A11] the words of all Markdown and licence files are counted as one thread counts them", async () => {
    expect(paths.length).toBeGreaterThan(300);
    const counts = await countWords(live.grid, paths);
    expect(counts.the).toBeGreaterThan(5_000);
    expect(counts).toEqual(inOneThread(paths));
  });

  test("and so they are from the command line, which reads the texts from its standard input", async () => {
    const input = [...pieces(paths)].map((piece) => `${JSON.stringify(piece)}\n`).join("");
    const line = ["run", ATOM, "--input", "-", "--reduce", '{"each":"sum"}', "--json"];
    const { code, stdout, stderr } = await run(line, {
      input,
      env: { VALENCE_URL: live.url, VALENCE_DATA_DIR: live.dataDir },
    });
    expect(code, stderr).toBe(0);
    expect((JSON.parse(stdout) as { result: WordCounts }).result).toEqual(inOneThread(paths));
  });
});
