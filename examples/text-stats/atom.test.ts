import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bareContext } from "../testing/bare-context.js";
import { type LiveGrid, liveGrid } from "../testing/live-grid.js";
import atom, { type TextStats } from "./atom.js";
import { submitTexts } from "./submit.js";
import { markdownIn, type TextFile } from "./texts.js";
import { wordCount } from "./word-count.js";

const folder = mkdtempSync(join(tmpdir(), "valence-texts-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `wc` takes for the end of a word, and what only looks like one; its counts stand beside it for machines without `wc`. */
const SAMPLE = [
  "plain words\tand\ta tab, a form\ffeed and a vertical\vtab\r",
  "no\u00a0break, figure\u2007space, narrow\u202fspace, word\u2060joiner: each parts two words",
  "em\u2003space, ogham\u1680mark, ideographic\u3000space, medium\u205fspace",
  "but soft\u00adhyphen, zero\u200bwidth\u200djoiner and byte order mark\ufeff do not",
  "combi\u0301ned accents, 漢字かな交じり文, 🜨 👩\u200d🔬 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
  " \u00a0 \u3000 ",
  "",
  "no newline at the end",
].join("\n");
const SAMPLE_STATS: TextStats = { lines: 7, words: 52, characters: 315 };

describe("text-stats as a plain function", () => {
  test("counts the sample as wc does, byte order mark and all", async () => {
    const path = join(folder, "sample.md");
    writeFileSync(path, SAMPLE);
    expect(await statsOf(SAMPLE)).toEqual(SAMPLE_STATS);
    expect(wordCount([path]) ?? SAMPLE_STATS).toEqual(SAMPLE_STATS);
  });

  test("counts nothing in nothing", async () => {
    expect(await statsOf("")).toEqual({ lines: 0, words: 0, characters: 0 });
  });
});

describe("on a grid", () => {
  let live: LiveGrid;
  beforeAll(async () => {
    live = await liveGrid();
  });
  afterAll(() => live.stop());

  test("the Markdown of all packages has as many lines, words and characters as wc says", async () => {
    const files = markdownIn(fileURLToPath(new URL("../../../node_modules", import.meta.url)));
    expect(files.length).toBeGreaterThan(50);
    const total = await submitTexts(live.grid, files);
    expect(total).toEqual(wordCount(files.map(({ path }) => path)) ?? (await inOneThread(files)));
  });

  test("the sample has its counts, with wc or without", async () => {
    expect(await submitTexts(live.grid, [{ path: "sample.md", text: SAMPLE }])).toEqual(SAMPLE_STATS);
  });
});

test("texts are taken in the order of their paths, without what wc's versions disagree on or no list can carry", () => {
  const files = { "b.md": "two", "a/z.md": "one", "c.MD": "\u{feff}three", "bell.md": "\u0007", "notes.txt": "no" };
  for (const [path, text] of Object.entries(files)) write(path, text);
  write("latin1.md", Uint8Array.of(0x63, 0x61, 0x66, 0xe9));
  write("huge.md", "x".repeat(64 * 1024));
  const texts = markdownIn(join(folder, "tree")).map(({ text }) => text);
  expect(texts).toEqual(["one", "two", "\u{feff}three"]);
});

function write(path: string, content: string | Uint8Array): void {
  const whole = join(folder, "tree", path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, content);
}

/** For machines without GNU `wc`: nothing was lost on the way, and the sample shows that the rules are those of `wc`. */
async function inOneThread(files: readonly TextFile[]): Promise<TextStats> {
  const total = { lines: 0, words: 0, characters: 0 };
  for (const { text } of files) {
    const { lines, words, characters } = await statsOf(text);
    total.lines += lines;
    total.words += words;
    total.characters += characters;
  }
  return total;
}

function statsOf(text: string): TextStats | Promise<TextStats> {
  return atom.process(text, bareContext());
}
