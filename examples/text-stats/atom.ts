/** Lines, words and characters of a text, by the rules of GNU `wc -l -w -m`. */
import { defineAtom } from "@valence/shared/atom";

export type TextStats = { lines: number; words: number; characters: number };

export default defineAtom<string, TextStats>({
  name: "text-stats",
  payload: { type: "string" },
  process(text) {
    const stats = { lines: 0, words: 0, characters: 0 };
    let inWord = false;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === 0x0a) stats.lines += 1;
      if ((unit & 0xfc00) !== 0xdc00) stats.characters += 1; // the second half of a pair is no character of its own
      if (isSpace(unit)) inWord = false;
      else if (!inWord) {
        inWord = true;
        stats.words += 1;
      }
    }
    return stats;
  },
});

/** What ends a word for `wc`: white space of C.UTF-8, and the no-break spaces and the word joiner, too. */
function isSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  if (unit >= 0x2000) return unit <= 0x200a || NO_ASCII_SPACES.includes(unit);
  return unit === 0xa0 || unit === 0x1680;
}

/** From U+2000 on, beyond the row U+2000 to U+200A: separators, U+202F, U+205F, the word joiner, the ideographic space. */
const NO_ASCII_SPACES = [0x2028, 0x2029, 0x202f, 0x205f, 0x2060, 0x3000];
