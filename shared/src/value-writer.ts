/**
 * Writes values as MessagePack. Owns its buffer and the refusal of what cannot be sent.
 *
 * Why not `Encoder` of @msgpack/msgpack: it writes −0 as 0, a lone surrogate in two ways (by the length of its text), a Map or
 * an instance of a class as `{}`, and names no place in its errors; a first pass that checks for all of it costs as much
 * as writing. The tests hold this writer against that library's decoder.
 */
import { VALUE_DEPTH_MAX } from "./limits.js";
import { bytesOf } from "./little-endian.js";
import { isWellFormed, utf8Length, writeUtf8 } from "./utf8.js";
import { ARRAY_KINDS, asValueError, ValueError } from "./value.js";
import { HALF_A_PAIR, refusalOf } from "./value-refusal.js";

const START_BYTES = 1_024;
/** A buffer above this is not kept for the next value. */
const IDLE_BYTES_MAX = 4 * 1_024 * 1_024;
/** A header, or a number: no single write without a body is longer. */
const HEAD_BYTES_MAX = 9;
/** A short text, counted as three bytes a unit before it is written. */
const SHORT_UNITS_MAX = 10;
/** How far a reservation may lie above what is then written. */
const SLACK = HEAD_BYTES_MAX + 3 * SHORT_UNITS_MAX;
const PLAIN = Object.prototype;

/** Past `bytesMax` a value is refused. Half of a surrogate pair is refused, too, unless `mends`: then it becomes U+FFFD. */
export type WriteOptions = { readonly bytesMax?: number; readonly mends?: boolean };

/** A growing buffer of MessagePack. */
export class ValueWriter {
  #bytesMax = Number.MAX_SAFE_INTEGER;
  #mends = false;
  #bytes = new Uint8Array(START_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;

  /** How many bytes are written. */
  get length(): number {
    return this.#end;
  }

  /**
   * Starts afresh: more than `bytesMax` bytes are then a ValueError, here and in `take`. Text with half of a surrogate pair is one,
   * too, unless it `mends` such text: the half is then U+FFFD.
   */
  start({ bytesMax = Number.MAX_SAFE_INTEGER, mends = false }: WriteOptions = {}): void {
    this.#end = 0;
    this.#bytesMax = bytesMax;
    this.#mends = mends;
    if (this.#bytes.length > IDLE_BYTES_MAX) this.#resize(START_BYTES);
  }

  /** A copy of what is written. */
  take(): Uint8Array {
    this.#checkLength(this.#end);
    return this.#bytes.slice(0, this.#end);
  }

  /** Writes one value. @throws ValueError that names the place of what cannot be sent, or when it is over the limit */
  write(value: unknown, depth = 0): void {
    if (typeof value === "number") this.#number(value);
    else if (typeof value === "string") this.#string(value);
    else if (typeof value === "boolean") this.byte(value ? 0xc3 : 0xc2);
    else if (value === null || value === undefined) this.byte(0xc0);
    else if (typeof value === "object") this.#object(value, depth);
    else throw new ValueError(refusalOf(value));
  }

  /** Writes one byte as it is. */
  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#end++] = byte;
  }

  #object(value: object, depth: number): void {
    if (Array.isArray(value)) this.#array(value, depth);
    else if (ArrayBuffer.isView(value)) this.#binary(value);
    else if (isPlain(value)) this.#map(value, depth);
    else throw new ValueError(refusalOf(value));
  }

  #array(array: readonly unknown[], depth: number): void {
    checkDepth(depth);
    const length = array.length;
    this.#head(length, { fix: 0x90, fixMax: 15, two: 0xdc });
    let i = 0;
    try {
      for (; i < length; i++) this.write(array[i], depth + 1);
    } catch (error) {
      throw asValueError(error).within(i);
    }
  }

  #map(map: Record<string, unknown>, depth: number): void {
    checkDepth(depth);
    const keys = Object.keys(map);
    this.#head(keys.length, { fix: 0x80, fixMax: 15, two: 0xde });
    let at = "";
    try {
      for (const key of keys) {
        at = key;
        if (key === "__proto__") throw new ValueError("this key cannot be sent");
        this.#string(key);
        this.write(map[key], depth + 1);
      }
    } catch (error) {
      throw asValueError(error).within(at);
    }
  }

  #number(n: number): void {
    this.#reserve(HEAD_BYTES_MAX);
    const at = this.#end;
    // −0 is an integer to `|0` but must stay −0: it goes as a float, like all that 32 bits do not hold.
    if (n === (n | 0) && !(n === 0 && 1 / n < 0)) {
      if (n >= -32 && n < 128) {
        this.#bytes[at] = n;
        this.#end = at + 1;
      } else this.#integer(n, at);
    } else {
      this.#bytes[at] = 0xcb;
      this.#view.setFloat64(at + 1, n);
      this.#end = at + 9;
    }
  }

  #integer(n: number, at: number): void {
    const bytes = n >= 0 ? (n < 0x100 ? 1 : n < 0x10000 ? 2 : 4) : n >= -0x80 ? 1 : n >= -0x8000 ? 2 : 4;
    // The types follow each other by size, the unsigned ones from 0xcc, the signed ones from 0xd0.
    this.#bytes[at] = (n >= 0 ? 0xcc : 0xd0) + (bytes >> 1);
    if (bytes === 1) this.#bytes[at + 1] = n;
    else if (bytes === 2) this.#view.setInt16(at + 1, n);
    else this.#view.setInt32(at + 1, n);
    this.#end = at + 1 + bytes;
  }

  #string(text: string): void {
    // At most three bytes a unit: a short text needs no count before it is written.
    const length = text.length <= SHORT_UNITS_MAX ? text.length * 3 : utf8Length(text);
    this.#reserve(length + HEAD_BYTES_MAX);
    if (length < 32) {
      const head = this.#end;
      this.#text(text, head + 1);
      this.#bytes[head] = 0xa0 + (this.#end - head - 1);
      return;
    }
    this.#sized(length, 0xd9);
    this.#text(text, this.#end);
  }

  #text(text: string, at: number): void {
    this.#end = writeUtf8(text, this.#bytes, at);
    if (this.#end - at === text.length) return; // a byte for each unit: all are below 0x80
    if (!this.#mends && !isWellFormed(text)) throw new ValueError(HALF_A_PAIR);
  }

  #binary(view: ArrayBufferView): void {
    const tag = Object.prototype.toString.call(view).slice(8, -1);
    const kind = ARRAY_KINDS.find((kind) => kind.name === tag);
    if (kind === undefined) throw new ValueError(refusalOf(view));
    const bytes = bytesOf(view, kind.width);
    this.#reserve(bytes.length + HEAD_BYTES_MAX);
    if (kind.extension === undefined) this.#sized(bytes.length, 0xc4);
    else {
      this.#sized(bytes.length, 0xc7);
      this.#bytes[this.#end++] = kind.extension;
    }
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The header of an array or a map: in one byte up to `fixMax`, else with the count in two bytes or four. */
  #head(count: number, form: { fix: number; fixMax: number; two: number }): void {
    this.#reserve(HEAD_BYTES_MAX);
    if (count <= form.fixMax) {
      this.#bytes[this.#end++] = form.fix + count;
    } else if (count < 0x10000) {
      this.#bytes[this.#end] = form.two;
      this.#view.setUint16(this.#end + 1, count);
      this.#end += 3;
    } else {
      this.#bytes[this.#end] = form.two + 1;
      this.#view.setUint32(this.#end + 1, count);
      this.#end += 5;
    }
  }

  /** The header of bytes or text: `one` is the type with a length of one byte; those with two and four follow it. */
  #sized(length: number, one: number): void {
    if (length >= 0x100) {
      this.#head(length, { fix: 0, fixMax: -1, two: one + 1 });
    } else {
      this.#bytes[this.#end] = one;
      this.#bytes[this.#end + 1] = length;
      this.#end += 2;
    }
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#bytes.length) return;
    this.#checkLength(needed - SLACK);
    this.#resize(Math.max(needed, this.#bytes.length * 2));
  }

  #checkLength(bytes: number): void {
    if (bytes > this.#bytesMax) throw new ValueError(`it takes more than ${this.#bytesMax} bytes`);
  }

  #resize(bytes: number): void {
    const grown = new Uint8Array(bytes);
    grown.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function isPlain(value: object): value is Record<string, unknown> {
  const parent: unknown = Object.getPrototypeOf(value);
  // The last: a plain object of another realm, such as a frame's; an instance of a class has a longer chain.
  return parent === PLAIN || parent === null || Object.getPrototypeOf(parent) === null;
}

function checkDepth(depth: number): void {
  if (depth >= VALUE_DEPTH_MAX) throw new ValueError(`it nests deeper than ${VALUE_DEPTH_MAX} levels`);
}
