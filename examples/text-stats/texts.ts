/** Which texts the example counts: Markdown files of a folder, the same ones on every machine that has the same files. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { BODY_BYTES_MAX, LIST_ITEMS_INLINE_MAX, PAYLOAD_BYTES_MAX } from "@valence/shared/limits";
import { encodeValue } from "@valence/shared/value-codec";

export type TextFile = { readonly path: string; readonly text: string };

/** Kept free in the body for what is no text: the atom's id, the reduce, a name. */
const REST_BYTES = 2 * 1024;

/** In the order of their paths, each that still fits into the body of one request. */
export function markdownIn(folder: string): TextFile[] {
  const files: TextFile[] = [];
  let bytes = REST_BYTES;
  for (const path of pathsIn(folder, (name) => name.endsWith(".md"))) {
    if (files.length === LIST_ITEMS_INLINE_MAX) break;
    const text = countable(readFileSync(path));
    if (text === null || encodeValue(text).length > PAYLOAD_BYTES_MAX) continue;
    const more = Buffer.byteLength(JSON.stringify(text)) + 1; // and a comma
    if (bytes + more > BODY_BYTES_MAX) continue;
    bytes += more;
    files.push({ path, text });
  }
  return files;
}

/** The files below a folder whose names, in lower case, are wanted: in an order that is the same on every machine. */
export function pathsIn(folder: string, wanted: (name: string) => boolean): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && wanted(entry.name.toLowerCase()));
  const inOrder = files.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return { path, key: relative(folder, path).split(sep).join("/") };
  });
  return inOrder.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ path }) => path);
}

/** The text of a file that every version of `wc` counts alike; null for others. */
function countable(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return UNPRINTABLE.test(text) ? null : text;
  } catch {
    return null; // not UTF-8: a list carries text, and `wc` skips such bytes
  }
}

/**
 * Control characters but white space, line and paragraph separators, and what is no character yet. `wc` 9.1 lets these neither
 * begin nor end a word, later versions take them for letters, and which ones are no characters yet depends on the C library.
 */
const UNPRINTABLE = /(?![\t-\r])[\p{Cc}\p{Cn}\p{Zl}\p{Zp}]/u;
