/** Base64 of RFC 4648, section 4: with padding, without line breaks. Pure folders know no `btoa`. */
import { readAscii } from "./utf8.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PAD = 0x3d;
const LETTERS = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
/** The six bits of a letter by its code; 64 for what is no letter. */
const BITS = new Uint8Array(128).fill(64);
for (const [bits, letter] of LETTERS.entries()) BITS[letter] = bits;

/** The bytes as text. */
export function toBase64(bytes: Uint8Array): string {
  const letters = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(PAD);
  let to = 0;
  for (let from = 0; from < bytes.length; from += 3) {
    const left = bytes.length - from;
    // Behind the end a typed array reads undefined, which counts as 0 here.
    const three = ((bytes[from] as number) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    letters[to++] = letterOf(three >> 18);
    letters[to++] = letterOf(three >> 12);
    if (left > 1) letters[to++] = letterOf(three >> 6);
    if (left > 2) letters[to++] = letterOf(three);
  }
  return readAscii(letters);
}

/** The bytes of a text; undefined when it is not what `toBase64` gives for any bytes. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let to = 0;
  for (let from = 0; from < text.length; from += 4) {
    const pads = from + 4 === text.length ? padding : 0;
    const a = bitsAt(text, from);
    const b = bitsAt(text, from + 1);
    const c = pads > 1 ? 0 : bitsAt(text, from + 2);
    const d = pads > 0 ? 0 : bitsAt(text, from + 3);
    if ((a | b | c | d) > 63) return undefined;
    const three = (a << 18) | (b << 12) | (c << 6) | d;
    // Bits that the padding cuts off must be zero: one text for the same bytes, never two.
    if ((three & (pads === 2 ? 0xffff : pads === 1 ? 0xff : 0)) !== 0) return undefined;
    bytes[to++] = three >> 16;
    if (pads < 2) bytes[to++] = three >> 8;
    if (pads < 1) bytes[to++] = three;
  }
  return bytes;
}

function letterOf(bits: number): number {
  return LETTERS[bits & 63] as number; // 64 letters
}

function bitsAt(text: string, at: number): number {
  return BITS[text.charCodeAt(at)] ?? 64;
}
