/** Columns: the results and the durations of neighbouring electrons, packed into bytes without a header for each. */
import { RESULT_BYTES_MAX } from "./limits.js";
import { bytesOf, elementsOf } from "./little-endian.js";
import { asValueError, type Value, ValueError } from "./value.js";
import { written } from "./value-codec.js";
import { ValueReader } from "./value-reader.js";

/** First byte of a column of values: encoded values, one after the other. */
const VALUES = 0;
/** First byte of a column of numbers: float64, little-endian. */
const NUMBERS = 1;

const MICROS_MAX = 0xffff_ffff;

/**
 * Packs the results of neighbouring electrons; numbers alone become a column of float64 with their exact bits.
 *
 * @throws ValueError as `encodeValue`; the message names the result by its index in `values`
 */
export function packValues(values: readonly unknown[]): Uint8Array {
  const numbers = numbersIn(values);
  if (numbers !== undefined) return packNumbers(numbers);
  return written({ name: "results" }, (writer) => {
    writer.byte(VALUES);
    let i = 0;
    try {
      for (; i < values.length; i++) writer.write(values[i]);
    } catch (error) {
      throw asValueError(error).within(i);
    }
    return writer.take();
  });
}

/** The values as numbers, unless one of them is something else. */
function numbersIn(values: readonly unknown[]): Float64Array | undefined {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== "number") return undefined;
    numbers[i] = value;
  }
  return numbers;
}

/** Packs numbers: what `packValues` gives for them. */
export function packNumbers(numbers: Float64Array): Uint8Array {
  const bytes = new Uint8Array(1 + numbers.byteLength);
  bytes[0] = NUMBERS;
  bytes.set(bytesOf(numbers, 8), 1);
  return bytes;
}

/** Joins results that `encodeValue` has encoded into the column that `packValues` would give, unless all are numbers. */
export function packEncoded(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 1));
  bytes[0] = VALUES;
  let at = 1;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Reads a column of `count` results: a Float64Array when it is one of numbers. Copies: nothing refers to the bytes.
 *
 * @param valueBytesMax the most that one result may take
 * @throws ValueError unless it holds exactly `count` well-formed values; never anything else
 */
export function unpackValues(
  bytes: Uint8Array,
  count: number,
  valueBytesMax: number = RESULT_BYTES_MAX,
): Value[] | Float64Array {
  try {
    if (bytes[0] === NUMBERS) return numbersOf(bytes, count);
    if (bytes[0] === VALUES) return valuesOf(bytes, count, valueBytesMax);
  } catch (error) {
    throw asValueError(error).at("results");
  }
  throw new ValueError("no such column", { root: "results" });
}

function numbersOf(bytes: Uint8Array, count: number): Float64Array {
  if (bytes.length !== 1 + count * 8)
    throw new ValueError(`the column has ${bytes.length - 1} bytes for ${count} numbers`);
  return new Float64Array(elementsOf(bytes.subarray(1), 8));
}

function valuesOf(bytes: Uint8Array, count: number, valueBytesMax: number): Value[] {
  const reader = new ValueReader(bytes, 1);
  if (!(count <= reader.left)) throw new ValueError(`the column ends before its ${count} values`);
  const values: Value[] = [];
  for (let i = 0; i < count; i++) {
    const from = reader.at;
    values.push(reader.read());
    if (reader.at - from > valueBytesMax) throw new ValueError(`it takes more than ${valueBytesMax} bytes`).within(i);
  }
  if (reader.left > 0) throw new ValueError(`the column goes on after its ${count} values`);
  return values;
}

/** Packs the durations of neighbouring electrons, in microseconds: whole ones, clamped to 32 bits (71 minutes). */
export function packMicros(micros: readonly number[]): Uint8Array {
  const clamped = new Uint32Array(micros.length);
  for (let i = 0; i < micros.length; i++) {
    const value = micros[i] as number; // within the array
    clamped[i] = value > 0 ? Math.min(Math.round(value), MICROS_MAX) : 0;
  }
  return new Uint8Array(bytesOf(clamped, 4));
}

/** The sum of `packMicros`, in milliseconds. @throws ValueError when they are not `count` durations */
export function sumMicrosMs(bytes: Uint8Array, count: number): number {
  const micros = unpackMicros(bytes, count);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += micros[i] as number; // As many as there are.
  return sum / 1_000;
}

/** Reads `count` durations in microseconds. @throws ValueError when there are not exactly so many */
export function unpackMicros(bytes: Uint8Array, count: number): Uint32Array {
  if (bytes.length === count * 4) return new Uint32Array(elementsOf(bytes, 4));
  throw new ValueError(`${bytes.length} bytes are not ${count} durations`, { root: "durations" });
}
