/** For tests only: values of every kind, for fast-check. */
import fc from "fast-check";
import type { TypedArray, Value } from "./value.js";

/** Any well-formed string, any but `__proto__` as a key. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ maxLength: 300 }),
  fc.constant(`\ufeff${"é".repeat(150)}`),
);
const key = fc
  .oneof(fc.string(), fc.constantFrom("x", "sum", "$bin", "$num", "$$bin", "$type", "toString", "constructor", "0"))
  .filter((key) => key !== "__proto__");

/** Any double, those that formats like to lose more often than others. */
export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(-0, 0, Number.NaN, Infinity, -Infinity, 127, 128, 255, 256, 65_535, 65_536, -32, -33, -128, -129),
  fc.constantFrom(2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32, 2 ** 53, 5e-324, Number.MAX_VALUE),
);

/** A typed array of any kind that can be sent. */
export const anyArray: fc.Arbitrary<TypedArray> = fc.oneof(
  fc.uint8Array(),
  fc.int8Array(),
  fc.uint8ClampedArray(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float32Array(),
  fc.float64Array({ maxLength: 40 }),
);

/** Any value of moderate size and depth. */
export const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    fc.constantFrom<Value>(null, true, false),
    anyNumber,
    text,
    anyArray,
    fc.array(tie("value"), { maxLength: 20 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 20 }).map((pairs) => Object.fromEntries(pairs)),
  ),
})).value;
