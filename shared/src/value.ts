/** What may travel as a payload, a parameter or a result, and the error that names what may not. */

/** A typed array that keeps its kind on the way. Arrays of BigInt are not among them. */
export type TypedArray =
  | Uint8Array
  | Int8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/**
 * A value that can be sent: what MessagePack carries, typed arrays included.
 *
 * Every number survives, −0, NaN and the infinities too. Strings are well-formed: half of a surrogate pair alone cannot be
 * sent, nor stand in a key. Objects are plain, with string keys other than `__proto__`.
 */
export type Value = null | boolean | number | string | TypedArray | Value[] | { [key: string]: Value };

/** The name of a kind of typed array, as in its constructor. */
export type ArrayKind = (typeof ARRAY_KINDS)[number]["name"];

/**
 * Kinds of typed arrays, each with its MessagePack extension type; the bytes are little-endian elements.
 * These numbers are on the wire and in stores: never change one. `Uint8Array` is MessagePack's own binary type.
 */
export const ARRAY_KINDS = [
  { name: "Uint8Array", extension: undefined, width: 1, from: (bytes: ArrayBuffer) => new Uint8Array(bytes) },
  { name: "Int8Array", extension: 1, width: 1, from: (bytes: ArrayBuffer) => new Int8Array(bytes) },
  { name: "Uint8ClampedArray", extension: 2, width: 1, from: (bytes: ArrayBuffer) => new Uint8ClampedArray(bytes) },
  { name: "Int16Array", extension: 3, width: 2, from: (bytes: ArrayBuffer) => new Int16Array(bytes) },
  { name: "Uint16Array", extension: 4, width: 2, from: (bytes: ArrayBuffer) => new Uint16Array(bytes) },
  { name: "Int32Array", extension: 5, width: 4, from: (bytes: ArrayBuffer) => new Int32Array(bytes) },
  { name: "Uint32Array", extension: 6, width: 4, from: (bytes: ArrayBuffer) => new Uint32Array(bytes) },
  { name: "Float32Array", extension: 7, width: 4, from: (bytes: ArrayBuffer) => new Float32Array(bytes) },
  { name: "Float64Array", extension: 8, width: 8, from: (bytes: ArrayBuffer) => new Float64Array(bytes) },
] as const;

/**
 * A value that cannot be sent, or bytes or JSON that hold none. The message names the place, for example
 * `result.a[3]: a Map cannot be sent; use an array of pairs`.
 */
export class ValueError extends Error {
  override readonly name = "ValueError";
  /** What is wrong, without the place. */
  readonly reason: string;
  /** Where it is wrong, as one would write it in code: `.a[3]`. Empty for the value itself. */
  readonly path: string;

  constructor(reason: string, options: { path?: string; root?: string; cause?: unknown } = {}) {
    const { path = "", root = "value", cause } = options;
    super(`${root}${path}: ${reason}`, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.path = path;
  }

  /** The same error, seen from the object or array that holds its place under `key`. */
  within(key: string | number): ValueError {
    return new ValueError(this.reason, { path: stepOf(key) + this.path, cause: this.cause });
  }

  /** The same error with the name of the outermost value in its message. */
  at(root: string): ValueError {
    return new ValueError(this.reason, { path: this.path, root, cause: this.cause });
  }
}

/** Any error as a ValueError: what a getter of a hostile object throws has no place of its own. */
export function asValueError(error: unknown): ValueError {
  return error instanceof ValueError ? error : new ValueError("it cannot be read", { cause: error });
}

const KEY_SHOWN_MAX = 40;

function stepOf(key: string | number): string {
  if (typeof key === "number") return `[${key}]`;
  if (/^[A-Za-z_$][\w$]*$/.test(key) && key.length <= KEY_SHOWN_MAX) return `.${key}`;
  const shown = key.length <= KEY_SHOWN_MAX ? key : `${key.slice(0, KEY_SHOWN_MAX)}…`;
  return `[${JSON.stringify(shown)}]`;
}
