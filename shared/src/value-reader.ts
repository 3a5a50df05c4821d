/**
 * Reads values from MessagePack that a stranger may have written. Owns every check of its form.
 *
 * Why not `Decoder` of @msgpack/msgpack: it allocates an array of the announced length before it has seen one element, at any
 * depth (4 MB of headers ask for terabytes), makes objects of unknown extensions, rounds integers above 2^53, and drops
 * a byte order mark in front of a long text. The tests hold this reader against that library's encoder.
 */
import { VALUE_DEPTH_MAX } from "./limits.js";
import { elementsOf } from "./little-endian.js";
import { readUtf8 } from "./utf8.js";
import { ARRAY_KINDS, type Value, ValueError } from "./value.js";

/** Keys kept by the hash of their bytes, since the objects of a job mostly have the same ones. */
const KEYS_KEPT = 512;
const keysSeen = new Array<string | undefined>(KEYS_KEPT).fill(undefined);

/** A position in bytes from which values are read one after the other. */
export class ValueReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
  }

  /** The position of the next byte to read. */
  get at(): number {
    return this.#at;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Reads one value. @throws ValueError on anything but a well-formed one */
  read(depth = 0): Value {
    const head = this.#byte();
    if (head < 0x80) return head;
    if (head >= 0xe0) return head - 0x100;
    if (head < 0x90) return this.#map(head - 0x80, depth);
    if (head < 0xa0) return this.#array(head - 0x90, depth);
    if (head < 0xc0) return this.#text(head - 0xa0);
    if (head === 0xcb) return this.#view.getFloat64(this.#skip(8));
    if (head >= 0xca && head <= 0xd3) return this.#number(head);
    return this.#other(head, depth);
  }

  #number(head: number): number {
    switch (head) {
      case 0xca:
        return this.#view.getFloat32(this.#skip(4));
      case 0xcc:
        return this.#byte();
      case 0xcd:
        return this.#view.getUint16(this.#skip(2));
      case 0xce:
        return this.#view.getUint32(this.#skip(4));
      case 0xcf:
        return this.#long(this.#view.getUint32(this.#skip(4)));
      case 0xd0:
        return this.#view.getInt8(this.#skip(1));
      case 0xd1:
        return this.#view.getInt16(this.#skip(2));
      case 0xd2:
        return this.#view.getInt32(this.#skip(4));
      default:
        return this.#long(this.#view.getInt32(this.#skip(4)));
    }
  }

  /** An integer of eight bytes whose upper four are given. */
  #long(high: number): number {
    const n = high * 0x1_0000_0000 + this.#view.getUint32(this.#skip(4));
    if (!Number.isSafeInteger(n)) throw new ValueError("it has an integer above 2^53");
    return n;
  }

  #other(head: number, depth: number): Value {
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#binary(this.#length(head - 0xc4));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#length(head - 0xc7));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#length(head - 0xd9));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#length(head - 0xdb), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#length(head - 0xdd), depth);
      case 0xc1:
        throw new ValueError("it has a byte of no type");
      default: // 0xd4 to 0xd8: extensions of 1, 2, 4, 8 and 16 bytes
        return this.#extension(1 << (head - 0xd4));
    }
  }

  /** A length of one byte, two or four: `size` is 0, 1 or 2. */
  #length(size: number): number {
    if (size === 0) return this.#byte();
    return size === 1 ? this.#view.getUint16(this.#skip(2)) : this.#view.getUint32(this.#skip(4));
  }

  #array(length: number, depth: number): Value[] {
    this.#checkContainer(length, depth);
    const array: Value[] = [];
    for (let i = 0; i < length; i++) array.push(this.read(depth + 1));
    return array;
  }

  #map(length: number, depth: number): Value {
    this.#checkContainer(length * 2, depth);
    const map: Record<string, Value> = {};
    for (let i = 0; i < length; i++) {
      const key = this.#key();
      map[key] = this.read(depth + 1);
    }
    return map;
  }

  #checkContainer(values: number, depth: number): void {
    if (depth >= VALUE_DEPTH_MAX) throw new ValueError(`it nests deeper than ${VALUE_DEPTH_MAX} levels`);
    // Each value takes a byte at least: so what is announced costs no more than what was sent.
    if (values > this.left) throw new ValueError("it ends early");
  }

  #key(): string {
    const head = this.#byte();
    if (head >= 0xa0 && head < 0xc0) return this.#shortKey(head - 0xa0);
    if (head < 0xd9 || head > 0xdb) throw new ValueError("it has a key that is no string");
    return checkedKey(this.#text(this.#length(head - 0xd9)));
  }

  /** A key of less than 32 bytes: looked up by its bytes before it is decoded. */
  #shortKey(length: number): string {
    const from = this.#skip(length);
    let hash = length;
    for (let i = from; i < this.#at; i++) hash = (Math.imul(hash, 31) + (this.#bytes[i] as number)) | 0;
    const slot = (hash ^ (hash >>> 9)) & (KEYS_KEPT - 1);
    const seen = keysSeen[slot];
    if (seen !== undefined && this.#spells(seen, from)) return seen;
    const key = checkedKey(this.#textAt(from));
    keysSeen[slot] = key;
    return key;
  }

  /** Whether the bytes from `from` up to the position are the given text, of letters below 0x80. */
  #spells(text: string, from: number): boolean {
    if (text.length !== this.#at - from) return false;
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== this.#bytes[from + i]) return false;
    return true;
  }

  #text(length: number): string {
    return this.#textAt(this.#skip(length));
  }

  #textAt(from: number): string {
    const text = readUtf8(this.#bytes, from, this.#at);
    if (text === undefined) throw new ValueError("it has text that is not UTF-8");
    return text;
  }

  /** A copy: a value must not keep the message alive that it came in. */
  #binary(length: number): Uint8Array {
    const from = this.#skip(length);
    return new Uint8Array(this.#bytes.subarray(from, this.#at));
  }

  #extension(length: number): Value {
    const type = this.#byte();
    const kind = ARRAY_KINDS.find((kind) => kind.extension === type);
    if (kind === undefined) throw new ValueError("it has an unknown extension");
    if (length % kind.width !== 0) throw new ValueError(`it has a ${kind.name} of a broken length`);
    const from = this.#skip(length);
    return kind.from(elementsOf(this.#bytes.subarray(from, this.#at), kind.width));
  }

  #byte(): number {
    return this.#bytes[this.#skip(1)] as number;
  }

  /** Moves on; returns the position before. */
  #skip(bytes: number): number {
    const from = this.#at;
    if (bytes > this.#bytes.length - from) throw new ValueError("it ends early");
    this.#at = from + bytes;
    return from;
  }
}

function checkedKey(key: string): string {
  if (key === "__proto__") throw new ValueError("it has a key __proto__");
  return key;
}
