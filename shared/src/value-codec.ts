/** Values as MessagePack bytes and back. */
import { asValueError, type Value, ValueError } from "./value.js";
import { ValueReader } from "./value-reader.js";
import { ValueWriter, type WriteOptions } from "./value-writer.js";

/** Lent to one call at a time: a getter of the value may encode another one meanwhile, and that call makes its own. */
let idle: ValueWriter | undefined = new ValueWriter();

/**
 * Encodes a value. `undefined` becomes null; of an object, the own enumerable string keys are sent.
 *
 * @param options.name what messages call the value; `result` when not given
 * @param options.bytesMax the most it may take
 * @throws ValueError for BigInt, Map, Date, Set, a function, a symbol, an instance of a class, a key `__proto__`, half of a
 *   surrogate pair, nesting above VALUE_DEPTH_MAX (a cycle too), or too many bytes; the message names the place
 */
export function encodeValue(value: unknown, options: { name?: string; bytesMax?: number } = {}): Uint8Array {
  return written(options, (writer) => {
    writer.write(value);
    return writer.take();
  });
}

/** How many bytes `encodeValue` would give. @throws ValueError as it does */
export function encodedBytes(value: unknown, options: { name?: string } = {}): number {
  return written(options, (writer) => {
    writer.write(value);
    return writer.length;
  });
}

/**
 * Decodes the one value that the bytes hold. Copies: the value does not refer to the bytes.
 *
 * @param options.name what messages call the value; `value` when not given
 * @param options.bytesMax the most there may be
 * @throws ValueError on anything malformed, too long, too deep, with a key `__proto__`, or followed by more bytes; never
 *   anything else, whatever the bytes
 */
export function decodeValue(bytes: Uint8Array, options: { name?: string; bytesMax?: number } = {}): Value {
  try {
    if (bytes.length > (options.bytesMax ?? Number.MAX_SAFE_INTEGER)) {
      throw new ValueError(`it takes ${bytes.length} bytes, more than ${options.bytesMax}`);
    }
    const reader = new ValueReader(bytes);
    const value = reader.read();
    if (reader.left > 0) throw new ValueError("more bytes follow it");
    return value;
  } catch (error) {
    throw asValueError(error).at(options.name ?? "value");
  }
}

/** Lets `write` use a writer, the idle one if there is, and names the value in what it throws. */
export function written<T>(options: WriteOptions & { name?: string }, write: (writer: ValueWriter) => T): T {
  const writer = idle ?? new ValueWriter();
  idle = undefined;
  try {
    writer.start(options);
    return write(writer);
  } catch (error) {
    throw asValueError(error).at(options.name ?? "result");
  } finally {
    idle = writer;
  }
}
