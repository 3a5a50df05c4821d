/**
 * Values as JSON and back, without loss.
 *
 * Bytes and typed arrays are `{"$bin": "<base64>", "$type": "Float64Array"}` with little-endian elements; the numbers that
 * JSON lacks are `{"$num": "NaN"}`, `"Infinity"`, `"-Infinity"` and `"-0"`. An object's own key `$bin` or `$num`, after
 * any number of further `$`, gets one more `$` in front, and loses it on the way back. All other keys stay as they are.
 */
import { fromBase64, toBase64 } from "./base64.js";
import { VALUE_DEPTH_MAX } from "./limits.js";
import { bytesOf, elementsOf } from "./little-endian.js";
import { isWellFormed } from "./utf8.js";
import { ARRAY_KINDS, asValueError, type TypedArray, type Value, ValueError } from "./value.js";
import { HALF_A_PAIR } from "./value-refusal.js";

/** What `JSON.parse` gives. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const TO_ESCAPE = /^\$+(?:bin|num)$/;
const ESCAPED = /^\$\$+(?:bin|num)$/;
/** The numbers that JSON has no way to write. */
const NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-0": -0,
};

/** The value as plain JSON, for `JSON.stringify`. */
export function toJson(value: Value): Json {
  if (typeof value === "number") return numberToJson(value);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (isTypedArray(value)) return arrayToJson(value);
  const object: { [key: string]: Json } = {};
  for (const [key, field] of Object.entries(value)) object[TO_ESCAPE.test(key) ? `$${key}` : key] = toJson(field);
  return object;
}

/**
 * The value that the JSON stands for.
 *
 * @param name what messages call the value; `value` when not given
 * @throws ValueError on a malformed `$bin` or `$num`, a number beyond all doubles, half of a surrogate pair, a key `__proto__`,
 *   or nesting above VALUE_DEPTH_MAX; never anything else for what `JSON.parse` gives
 */
export function fromJson(json: unknown, name = "value"): Value {
  try {
    return valueFrom(json, 0);
  } catch (error) {
    throw asValueError(error).at(name);
  }
}

function numberToJson(n: number): Json {
  if (Number.isFinite(n)) return Object.is(n, -0) ? { $num: "-0" } : n;
  return { $num: String(n) };
}

function arrayToJson(array: TypedArray): Json {
  const tag = Object.prototype.toString.call(array).slice(8, -1);
  const kind = ARRAY_KINDS.find((kind) => kind.name === tag);
  if (kind === undefined) throw new ValueError(`a ${tag} is no value`);
  return { $bin: toBase64(bytesOf(array, kind.width)), $type: kind.name };
}

function isTypedArray(value: TypedArray | { [key: string]: Value }): value is TypedArray {
  return ArrayBuffer.isView(value);
}

function valueFrom(json: unknown, depth: number): Value {
  if (json === null || typeof json === "boolean") return json;
  if (typeof json === "number") return finite(json);
  if (typeof json === "string") return wellFormed(json);
  if (typeof json !== "object") throw new ValueError("it is not JSON");
  if (Object.hasOwn(json, "$bin")) return arrayFrom(json);
  if (Object.hasOwn(json, "$num")) return numberFrom(json);
  if (depth >= VALUE_DEPTH_MAX) throw new ValueError(`it nests deeper than ${VALUE_DEPTH_MAX} levels`);
  if (Array.isArray(json)) return json.map((element, i) => within(i, element, depth));
  const object: { [key: string]: Value } = {};
  for (const [key, field] of Object.entries(json)) {
    if (key === "__proto__") throw new ValueError("this key cannot be sent").within(key);
    object[keyFrom(key)] = within(key, field, depth);
  }
  return object;
}

function keyFrom(key: string): string {
  if (!isWellFormed(key)) throw new ValueError(HALF_A_PAIR).within(key);
  return ESCAPED.test(key) ? key.slice(1) : key;
}

function wellFormed(text: string): string {
  if (!isWellFormed(text)) throw new ValueError(HALF_A_PAIR);
  return text;
}

/** `JSON.parse` makes an infinity of a number that is too large. */
function finite(n: number): number {
  if (!Number.isFinite(n)) throw new ValueError(`it is a number beyond all doubles; an infinity is {"$num": "${n}"}`);
  return n;
}

function within(key: string | number, json: unknown, depth: number): Value {
  try {
    return valueFrom(json, depth + 1);
  } catch (error) {
    throw asValueError(error).within(key);
  }
}

function numberFrom(json: { $num?: unknown }): number {
  const { $num, ...rest } = json;
  const n = typeof $num === "string" && Object.hasOwn(NUMBERS, $num) ? NUMBERS[$num] : undefined;
  if (n !== undefined && Object.keys(rest).length === 0) return n;
  throw new ValueError(`{"$num"} must be one of ${Object.keys(NUMBERS).join(", ")} and stand alone`);
}

function arrayFrom(json: { $bin?: unknown; $type?: unknown }): Value {
  const { $bin, $type = "Uint8Array", ...rest } = json;
  const kind = ARRAY_KINDS.find((kind) => kind.name === $type);
  const bytes = typeof $bin === "string" ? fromBase64($bin) : undefined;
  if (kind === undefined)
    throw new ValueError(`"$type" must be one of ${ARRAY_KINDS.map((kind) => kind.name).join(", ")}`);
  if (bytes === undefined) throw new ValueError(`"$bin" must be base64 with padding`);
  if (Object.keys(rest).length > 0) throw new ValueError(`{"$bin"} must stand alone, but for "$type"`);
  if (bytes.length % kind.width !== 0)
    throw new ValueError(`"$bin" has no whole number of elements for a ${kind.name}`);
  return kind.from(elementsOf(bytes, kind.width));
}
