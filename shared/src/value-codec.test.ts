import { decode, ExtensionCodec, encode } from "@msgpack/msgpack";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyNumber, anyValue } from "./arbitrary-value.js";
import { VALUE_DEPTH_MAX } from "./limits.js";
import { ARRAY_KINDS, type TypedArray, type Value, ValueError } from "./value.js";
import { decodeValue, encodedBytes, encodeValue } from "./value-codec.js";

/** The numbers of the wire, written once more by hand: a change of one must fail here. */
const EXTENSIONS = [
  "Int8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
];

function codecOfLibrary(): ExtensionCodec {
  const codec = new ExtensionCodec();
  for (const [i, name] of EXTENSIONS.entries()) {
    const kind = ARRAY_KINDS.find((kind) => kind.name === name)!;
    codec.register({
      type: i + 1,
      encode: (value) => {
        if (Object.prototype.toString.call(value) !== `[object ${name}]`) return null;
        const { buffer, byteOffset, byteLength } = value as TypedArray;
        return new Uint8Array(buffer, byteOffset, byteLength);
      },
      decode: (bytes) => kind.from(new Uint8Array(bytes).buffer),
    });
  }
  return codec;
}

/** Nested arrays, `depth` of them. */
function nested(depth: number): Value {
  let value: Value = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

function refusal(value: unknown): string {
  try {
    encodeValue(value);
  } catch (error) {
    if (error instanceof ValueError) return error.message;
    throw error;
  }
  return "was sent";
}

class Pair {
  left = 1;
}

describe("encodeValue and decodeValue", () => {
  test("every value survives", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = encodeValue(value);
        expect(decodeValue(bytes)).toEqual(value);
        expect(encodedBytes(value)).toBe(bytes.length);
      }),
      { seed: 4, numRuns: 1_500 },
    );
  });

  test("every number keeps its bits", () => {
    fc.assert(
      fc.property(anyNumber, (n) => {
        expect(decodeValue(encodeValue(n))).toBe(n);
      }),
      { seed: 5, numRuns: 3_000 },
    );
  });

  test("is MessagePack: another reader and another writer agree", () => {
    const extensionCodec = codecOfLibrary();
    const lossless = anyValue.filter((value) => !JSON.stringify(value).includes("\ufeff")); // that reader drops it
    fc.assert(
      fc.property(lossless, (value) => {
        expect(decode(encodeValue(value), { extensionCodec })).toEqual(value);
        const positive = decode(encode(value, { extensionCodec }), { extensionCodec }); // that writer loses the sign of −0
        expect(decodeValue(encode(value, { extensionCodec }))).toEqual(positive);
      }),
      { seed: 6, numRuns: 1_500 },
    );
  });

  test("reads typed arrays at any alignment, and what it read is a copy", () => {
    const bytes = new Uint8Array([
      0,
      ...encodeValue({ a: Float64Array.of(1, -0, Number.NaN), b: Uint8Array.of(7) }),
    ]).subarray(1);
    const value = decodeValue(bytes);
    bytes.fill(0);
    expect(value).toEqual({ a: Float64Array.of(1, -0, Number.NaN), b: Uint8Array.of(7) });
  });

  test("sends what a program means: undefined as null, holes too, own enumerable string keys only", () => {
    const object = Object.create(null, { shown: { value: undefined, enumerable: true }, hidden: { value: 1 } });
    object[Symbol("s")] = 1;
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
    expect(decodeValue(encodeValue([undefined, , object]))).toEqual([null, null, { shown: null }]);
  });

  test("text with half of a surrogate pair cannot be sent, short or long, nor stand in a key", () => {
    const long = "x".repeat(500);
    const half = "text with half of a surrogate pair cannot be sent; use toWellFormed()";
    expect(decodeValue(encodeValue(["\ud83d\ude00", `é${long}\ud83d\ude00`]))).toEqual(["😀", `é${long}😀`]);
    for (const text of ["\ud800", "a\udc00b", "é\ud83dé", `${long}\ud83d`, `${long}\udc00${long}`]) {
      expect(refusal([text])).toBe(`result[0]: ${half}`);
      expect(refusal({ [text]: 1 })).toContain(half);
    }
  });

  test("names the place of what cannot be sent, and what to send instead", () => {
    expect(refusal({ a: [1, 2, 3, new Map()] })).toBe("result.a[3]: a Map cannot be sent; use an array of pairs");
    expect(refusal(10n)).toBe("result: a BigInt cannot be sent; use a number or a string");
    expect(refusal([new Date(0)])).toBe("result[0]: a Date cannot be sent; use its getTime() or toISOString()");
    expect(refusal({ "odd key": new Set() })).toBe('result["odd key"]: a Set cannot be sent; use an array');
    expect(refusal({ f: () => 1 })).toBe("result.f: a function cannot be sent");
    expect(refusal(Symbol("s"))).toBe("result: a symbol cannot be sent");
    expect(refusal(new Pair())).toBe("result: an instance of Pair cannot be sent; use a plain object");
    expect(refusal(new BigInt64Array(1))).toBe("result: a BigInt64Array cannot be sent; use an array of strings");
    expect(refusal(new Error("e"))).toBe("result: an Error cannot be sent; use its message");
    expect(refusal(JSON.parse('{"a":{"__proto__":1}}'))).toBe("result.a.__proto__: this key cannot be sent");
    expect(() => encodeValue([1n], { name: "params" })).toThrow("params[0]: a BigInt");
  });

  test("what a getter throws is an error of its place", () => {
    const trap = {
      get bad() {
        throw new TypeError("boom");
      },
    };
    expect(refusal([trap])).toBe("result[0].bad: it cannot be read");
    expect(
      decodeValue(
        encodeValue({
          get nested() {
            return encodeValue("inner").length;
          },
        }),
      ),
    ).toEqual({ nested: 6 });
  });

  test("nests to the limit and no deeper, a cycle included", () => {
    expect(decodeValue(encodeValue(nested(VALUE_DEPTH_MAX)))).toEqual(nested(VALUE_DEPTH_MAX));
    expect(refusal(nested(VALUE_DEPTH_MAX + 1))).toContain(`it nests deeper than ${VALUE_DEPTH_MAX} levels`);
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(refusal(cycle)).toContain("nests deeper");
    expect(() => decodeValue(encode(nested(VALUE_DEPTH_MAX + 1)))).toThrow("nests deeper");
  });

  test("takes its bytes to the limit and no further", () => {
    for (const value of ["x".repeat(100), "x".repeat(5_000), new Uint8Array(5_000), [1, "ab", "cd"], "ab"]) {
      const bytesMax = encodedBytes(value);
      expect(encodeValue(value, { bytesMax })).toHaveLength(bytesMax);
      expect(() => encodeValue(value, { bytesMax: bytesMax - 1 })).toThrow(`more than ${bytesMax - 1} bytes`);
      expect(decodeValue(encodeValue(value), { bytesMax })).toEqual(value);
      expect(() => decodeValue(encodeValue(value), { bytesMax: bytesMax - 1, name: "payload" })).toThrow(
        "payload: it takes",
      );
    }
    expect(() => encodeValue(new Array(2 ** 31), { bytesMax: 1_000 })).toThrow(ValueError);
  });
});

describe("decodeValue against strangers", () => {
  /** Decodes; anything but a value or a ValueError fails the test. */
  function survives(bytes: Uint8Array): void {
    try {
      const value = decodeValue(bytes);
      expect(decodeValue(encodeValue(value))).toEqual(value);
    } catch (error) {
      expect(error).toBeInstanceOf(ValueError);
    }
  }

  test("random bytes give a value or a ValueError", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), survives), { seed: 7, numRuns: 5_000 });
  });

  test("values with bytes changed, cut off or added give a value or a ValueError", () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(anyValue, fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(), (value, changes, cut) => {
        const bytes = encodeValue(value);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        survives(bytes);
        survives(bytes.subarray(0, cut % bytes.length));
      }),
      { seed: 8, numRuns: 3_000 },
    );
  });

  test.each([
    ["nothing", []],
    ["a byte of no type", [0xc1]],
    ["a value that breaks off", [0xcb, 1, 2]],
    ["a second value behind the first", [1, 2]],
    ["an array that promises more than is there", [0xdd, 0xff, 0xff, 0xff, 0xff, 1]],
    ["a map that promises more than is there", [0xdf, 0x7f, 0xff, 0xff, 0xff, 0xa1, 0x61, 1]],
    ["text that is not UTF-8", [0xa2, 0xc0, 0x80]],
    ["text with a surrogate", [0xa3, 0xed, 0xa0, 0x80]],
    ["text above U+10FFFF", [0xa4, 0xf4, 0x90, 0x80, 0x80]],
    ["text whose last letter breaks off", [0xa1, 0xc3]],
    ["a key that is no string", [0x81, 1, 1]],
    ["an integer above 2^53", [0xcf, 0, 0x20, 0, 0, 0, 0, 0, 1]],
    ["an integer below −2^53", [0xd3, 0xff, 0xdf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ["a timestamp", [0xd6, 0xff, 0, 0, 0, 0]],
    ["an unknown extension", [0xd4, 9, 0]],
    ["a Float64Array of seven bytes", [0xc7, 7, 8, 0, 0, 0, 0, 0, 0, 0]],
  ])("refuses %s", (_, bytes) => {
    expect(() => decodeValue(Uint8Array.from(bytes))).toThrow(ValueError);
  });

  test("refuses a key __proto__, in a short and in a long form", () => {
    const key = [...encodeValue("__proto__")];
    expect(() => decodeValue(Uint8Array.from([0x81, ...key, 1]))).toThrow("__proto__");
    expect(() => decodeValue(Uint8Array.from([0x81, 0xd9, 9, ...key.slice(1), 1]))).toThrow("__proto__");
  });

  test("headers that promise arrays in arrays cost no memory", () => {
    const header = [0xdd, 0, 0x0f, 0xff, 0xff];
    const bytes = Uint8Array.from({ length: 5 * 2 ** 20 }, (_, i) => header[i % 5]!);
    expect(() => decodeValue(bytes)).toThrow(ValueError);
  });
});
