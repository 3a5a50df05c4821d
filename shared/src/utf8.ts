/** UTF-8 without the platform's encoder, which pure folders do not know. Lone surrogates count and are written as U+FFFD. */

/** Elements given to one `fromCharCode` call: far below what any engine takes as arguments. */
const CHUNK = 4_096;
/** From so many bytes on it pays to look first whether all of them are below 0x80. */
const LONG_BYTES = 64;
const REPLACEMENT = 0xfffd;

/** How many bytes the text takes in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    // Four bytes for two units: the second unit's own byte is counted already, its two more are not.
    if (isHigh(unit) && isLow(text.charCodeAt(i + 1))) i++;
  }
  return bytes;
}

/** Whether no half of a surrogate pair stands alone in it: only then does it survive as UTF-8. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Writes the text from `at` on, where it must fit; returns the position behind it. */
export function writeUtf8(text: string, bytes: Uint8Array, at: number): number {
  let to = at;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      bytes[to++] = unit;
      continue;
    }
    const point = pointAt(text, i, unit);
    if (point > 0xffff) i++;
    to = writeLong(point, bytes, to);
  }
  return to;
}

/** The code point that starts at `i`, whose unit is given; U+FFFD for a lone surrogate. */
function pointAt(text: string, i: number, unit: number): number {
  if (!isHigh(unit)) return isLow(unit) ? REPLACEMENT : unit;
  const second = text.charCodeAt(i + 1); // NaN behind the end, and then no low surrogate
  return isLow(second) ? 0x10000 + ((unit & 0x3ff) << 10) + (second & 0x3ff) : REPLACEMENT;
}

function writeLong(point: number, bytes: Uint8Array, at: number): number {
  let to = at;
  if (point < 0x800) {
    bytes[to++] = 0xc0 | (point >> 6);
  } else {
    if (point > 0xffff) {
      bytes[to++] = 0xf0 | (point >> 18);
      bytes[to++] = 0x80 | ((point >> 12) & 0x3f);
    } else {
      bytes[to++] = 0xe0 | (point >> 12);
    }
    bytes[to++] = 0x80 | ((point >> 6) & 0x3f);
  }
  bytes[to++] = 0x80 | (point & 0x3f);
  return to;
}

/** The text in `[from, to)`, which must lie in the bytes; undefined when it is not well-formed UTF-8. */
export function readUtf8(bytes: Uint8Array, from: number, to: number): string | undefined {
  if (to - from >= LONG_BYTES && isAscii(bytes, from, to)) return readAscii(bytes.subarray(from, to));
  let text = "";
  let units: number[] = [];
  for (let at = from; at < to; ) {
    const byte = bytes[at] as number;
    if (byte < 0x80) {
      units.push(byte);
      at++;
    } else {
      const length = lengthOf(byte);
      const point = at + length > to ? -1 : pointOf(bytes, at, length);
      if (point < 0) return undefined;
      if (point < 0x10000) units.push(point);
      else units.push(0xd800 | ((point - 0x10000) >> 10), 0xdc00 | (point & 0x3ff));
      at += length;
    }
    if (units.length >= CHUNK) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}

/** How long the sequence is that a byte of 0x80 or more starts; 5 when it starts none. */
function lengthOf(byte: number): number {
  if (byte < 0xc2) return 5;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 5;
}

/** The code point of a sequence of 2, 3 or 4 bytes; −1 when it is overlong, a surrogate, too large or broken off. */
function pointOf(bytes: Uint8Array, at: number, length: number): number {
  if (length > 4) return -1;
  let point = (bytes[at] as number) & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i] as number;
    if ((next & 0xc0) !== 0x80) return -1;
    point = (point << 6) | (next & 0x3f);
  }
  if (length === 3 && (point < 0x800 || (point >= 0xd800 && point < 0xe000))) return -1;
  return length === 4 && (point < 0x10000 || point > 0x10ffff) ? -1 : point;
}

/** The text of bytes that are all below 0x80. Not by `...`, which goes through the bytes one by one and takes several times as long. */
export function readAscii(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += Reflect.apply(String.fromCharCode, null, bytes.subarray(at, at + CHUNK));
  }
  return text;
}

function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((bytes[at] as number) >= 0x80) return false; // within the bytes
  return true;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
