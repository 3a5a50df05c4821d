/** Text within a limit of bytes. */
import { utf8Length } from "../utf8.js";

/** The longest beginning of the text that takes at most `bytesMax` bytes in UTF-8; no surrogate pair is cut in two. */
export function cutUtf8(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax) return text;
  let bytes = 0;
  let end = 0;
  for (const letter of text.slice(0, bytesMax + 1)) {
    bytes += utf8Length(letter);
    if (bytes > bytesMax) return text.slice(0, end);
    end += letter.length;
  }
  return text;
}
