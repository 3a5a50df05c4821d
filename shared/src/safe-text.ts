/**
 * Text of strangers (names, errors, results, agents) made harmless: what moves a cursor, ends a line, reorders or hides letters is
 * written out. Everything that a terminal or a page shows and that we did not write ourselves goes through here.
 */

/**
 * Control characters (C0, DEL, C1), formats (bidi overrides, zero-width, tags), line separators, and halves of surrogate pairs.
 * The joiners U+200C and U+200D stay: whole scripts and emoji need them, and they move nothing.
 */
const HARMFUL = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
/** More marks on one letter than any script writes paint over other lines. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;

/** One line, whatever it was: `a\nb` of two lines, `\u{202e}` of an override. */
export function safeText(text: string): string {
  return text
    .replace(HARMFUL, (letter) => SHORT[letter] ?? `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(STACKED_MARKS, "$1");
}

/** Lines that stay lines, such as a stack. */
export function safeLines(text: string): string[] {
  return text.split(/\r?\n/).map(safeText);
}

/** Lines and tabs that stay, as in source that is shown as it is; ends with `\n` alone. */
export function safeBlock(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.split("\t").map(safeText).join("\t"))
    .join("\n");
}

/** JSON of the same meaning, in which strangers' text is escaped: safe on a terminal, and no different to a program. */
export function safeJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, null, indent) ?? "null";
  return json.replace(HARMFUL, (letter) => (letter === "\n" ? letter : escaped(letter)));
}

/** In UTF-16 units, as JSON has it. */
function escaped(letter: string): string {
  const units = Array.from({ length: letter.length }, (_, i) => letter.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
