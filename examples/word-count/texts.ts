/**
 * The texts whose words the example counts: every Markdown and licence file below a folder, a piece at a time, as lines of JSON:
 * `node examples/dist/word-count/texts.js [folder]`.
 */
import { readFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { isProgram } from "../program.js";
import { pathsIn } from "../text-stats/texts.js";

/** Letters of a piece: in JSON and in UTF-8 it stays below the 64 KiB of a payload. */
const PIECE_LENGTH = 10_000;

export function wordPaths(folder: string): string[] {
  return pathsIn(folder, (name) => /\.(md|markdown)$|^(licen[cs]e|copying)/.test(name));
}

/** A file's text; what is not UTF-8 in it becomes U+FFFD, which is no part of a word. */
export function textOf(path: string): string {
  return readFileSync(path, "utf8");
}

/** Pieces of the texts, cut where a word ends; a file is read when its first piece is asked for. */
export function* pieces(paths: Iterable<string>): Generator<string, void, void> {
  for (const path of paths) yield* cut(textOf(path));
}

/** Each piece ends behind white space, so that no word is cut: a longer one where there is none for long. */
function* cut(text: string): Generator<string, void, void> {
  for (let from = 0; from < text.length; ) {
    const end = endOf(text, from);
    yield text.slice(from, end);
    from = end;
  }
}

function endOf(text: string, from: number): number {
  const wanted = from + PIECE_LENGTH;
  if (wanted >= text.length) return text.length;
  for (let end = wanted; end > from; end--) if (/\s/.test(text.charAt(end - 1))) return end;
  const next = text.slice(wanted).search(/\s/);
  return next < 0 ? text.length : wanted + next + 1;
}

async function main(folder: string): Promise<void> {
  const lines = function* () {
    for (const piece of pieces(wordPaths(folder))) yield `${JSON.stringify(piece)}\n`;
  };
  await pipeline(lines, process.stdout);
}

if (isProgram(import.meta.url)) {
  await main(process.argv[2] ?? "node_modules");
}
