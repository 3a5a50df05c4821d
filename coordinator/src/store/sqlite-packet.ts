/**
 * How calls travel to the store's thread. Cloning 100 rows as objects takes 500 µs; the same rows as one flat list of
 * values and one transferred buffer take 100 µs (Node 20, there and back). So writes are turned into statements and
 * parameters on this side: a statement's name, the number of its parameters, the parameters, and so on.
 */
import type { SqlValue } from "./sqlite-library.js";

/** `true` stands for the next blob of the packet. */
type PackedValue = string | number | null | true;

export type Packet = {
  readonly values: readonly PackedValue[];
  /** Lengths of the blobs, in order. */
  readonly sizes: readonly number[];
  /** All blobs, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
};

/** Where a call's statements begin and how many there are. */
export type Slice = { value: number; size: number; byte: number; statements: number };

const SCRATCH_BYTES = 64 * 1024;
/** Buffers of at most that size are used again, so many at most: one gathers, one is being written. */
const SPARE_BYTES_MAX = 64 * SCRATCH_BYTES;
const SPARES_MAX = 2;

/** Gathers the statements of many calls. Blobs are copied when they are put: their owner may use them again. */
export class PacketWriter {
  #values: PackedValue[] = [];
  #sizes: number[] = [];
  #scratch = new Uint8Array(SCRATCH_BYTES);
  #used = 0;
  readonly #spares: ArrayBuffer[] = [];

  /** Starts a call's slice; the caller counts its statements. */
  begin(): Slice {
    return { value: this.#values.length, size: this.#sizes.length, byte: this.#used, statements: 0 };
  }

  /** Throws a `RangeError` for a number that SQLite would not give back as it was. */
  put(statement: string, parameters: readonly SqlValue[]): void {
    this.#values.push(statement, parameters.length);
    for (const parameter of parameters) {
      if (parameter instanceof Uint8Array) this.#putBlob(parameter);
      else if (typeof parameter === "number" && !Number.isSafeInteger(parameter))
        throw new RangeError(`${parameter} is no safe integer (${statement})`);
      else this.#values.push(parameter);
    }
  }

  /** Forgets everything since `begin()`. */
  drop(slice: Slice): void {
    this.#values.length = slice.value;
    this.#sizes.length = slice.size;
    this.#used = slice.byte;
  }

  /** The packet so far, in a buffer of its own size; the next one starts empty. */
  take(): Packet {
    return this.#begun(this.#scratch.slice(0, this.#used));
  }

  /**
   * The packet so far, with the buffer that it was gathered in, to be transferred; null when there is none. What is gathered in new
   * buffers lies about until it is collected, which is late in a thread that makes little else.
   */
  handOver(): { readonly packet: Packet; readonly buffer: ArrayBuffer | null } {
    if (this.#used === 0) return { packet: this.#begun(new Uint8Array()), buffer: null };
    const packet = this.#begun(this.#scratch.subarray(0, this.#used));
    this.#scratch = new Uint8Array(this.#spares.pop() ?? new ArrayBuffer(SCRATCH_BYTES));
    return { packet, buffer: packet.bytes.buffer };
  }

  /** Takes a buffer back that was handed over. */
  takeBack(buffer: ArrayBuffer): void {
    if (buffer.byteLength <= SPARE_BYTES_MAX && this.#spares.length < SPARES_MAX) this.#spares.push(buffer);
  }

  #begun(bytes: Uint8Array<ArrayBuffer>): Packet {
    const packet = { values: this.#values, sizes: this.#sizes, bytes };
    this.#values = [];
    this.#sizes = [];
    this.#used = 0;
    return packet;
  }

  #putBlob(blob: Uint8Array): void {
    const end = this.#used + blob.length;
    if (end > this.#scratch.length) {
      const grown = new Uint8Array(Math.max(end, this.#scratch.length * 2));
      grown.set(this.#scratch.subarray(0, this.#used));
      this.#scratch = grown;
    }
    this.#scratch.set(blob, this.#used);
    this.#used = end;
    this.#values.push(true);
    this.#sizes.push(blob.length);
  }
}

/** Calls `run` for each statement of a slice, in order. A slice may be read again. */
export function readPacket(
  packet: Packet,
  slice: Slice,
  run: (statement: string, parameters: SqlValue[]) => void,
): void {
  let { value, size, byte } = slice;
  for (let count = 0; count < slice.statements; count++) {
    // The writer put a name and a count before every statement's parameters, and a size for every `true`.
    const statement = packet.values[value++] as string;
    const parameters: SqlValue[] = new Array(packet.values[value++] as number);
    for (let index = 0; index < parameters.length; index++) {
      const packed = packet.values[value++] as PackedValue;
      if (packed === true) {
        const end = byte + (packet.sizes[size++] as number);
        parameters[index] = packet.bytes.subarray(byte, end);
        byte = end;
      } else {
        parameters[index] = packed;
      }
    }
    run(statement, parameters);
  }
}
