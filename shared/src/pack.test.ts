import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyNumber, anyValue } from "./arbitrary-value.js";
import { packEncoded, packMicros, packNumbers, packValues, unpackMicros, unpackValues } from "./pack.js";
import { ValueError } from "./value.js";
import { encodeValue } from "./value-codec.js";

describe("packValues and unpackValues", () => {
  test("every column survives", () => {
    fc.assert(
      fc.property(fc.array(anyValue), (values) => {
        expect([...unpackValues(packValues(values), values.length)]).toEqual(values);
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  test("numbers become one column of float64 with their exact bits", () => {
    fc.assert(
      fc.property(fc.array(anyNumber), (numbers) => {
        const bytes = packValues(numbers);
        expect(bytes[0]).toBe(1);
        expect(bytes).toEqual(packNumbers(Float64Array.from(numbers)));
        expect(unpackValues(bytes, numbers.length)).toEqual(Float64Array.from(numbers));
      }),
      { seed: 12, numRuns: 500 },
    );
  });

  test("joins what is encoded already", () => {
    const values = [1, "two", { three: 3 }, null];
    expect(packEncoded(values.map((value) => encodeValue(value)))).toEqual(packValues(values));
    expect(unpackValues(packEncoded([encodeValue(1), encodeValue(2)]), 2)).toEqual([1, 2]);
  });

  test("names the result that cannot be sent", () => {
    expect(() => packValues([1, { a: 1n }])).toThrow("results[1].a: a BigInt cannot be sent");
  });

  test("checks its count at the value and one beside it", () => {
    for (const values of [
      [1, 2, 3],
      ["a", "b", "c"],
    ]) {
      const bytes = packValues(values);
      expect([...unpackValues(bytes, 3)]).toEqual(values);
      for (const count of [2, 4, 2 ** 31]) expect(() => unpackValues(bytes, count)).toThrow(ValueError);
    }
  });

  test("checks the bytes of each value at the limit and one past it", () => {
    const bytes = packValues(["ok", "x".repeat(98)]); // 100 bytes with its header
    expect(unpackValues(bytes, 2, 100)).toHaveLength(2);
    expect(() => unpackValues(bytes, 2, 99)).toThrow("results[1]: it takes more than 99 bytes");
  });

  test("what was read is a copy, also from a view into a larger buffer", () => {
    const packed = packValues([1.5, 2.5]);
    const bytes = new Uint8Array(packed.length + 3);
    bytes.set(packed, 3);
    const numbers = unpackValues(bytes.subarray(3), 2);
    bytes.fill(0);
    expect(numbers).toEqual(Float64Array.of(1.5, 2.5));
  });

  test("strangers' bytes give values or a ValueError", () => {
    const tagged = fc
      .tuple(fc.constantFrom(0, 1, 2), fc.uint8Array({ maxLength: 64 }))
      .map(([tag, rest]) => Uint8Array.of(tag, ...rest));
    const mutated = fc.tuple(fc.array(anyValue, { maxLength: 5 }), fc.nat(), fc.nat(255)).map(([values, at, byte]) => {
      const bytes = packValues(values);
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(tagged, mutated, fc.constant(new Uint8Array(0))), fc.nat(20), (bytes, count) => {
        try {
          expect(unpackValues(bytes, count)).toHaveLength(count);
        } catch (error) {
          expect(error).toBeInstanceOf(ValueError);
        }
      }),
      { seed: 13, numRuns: 4_000 },
    );
  });
});

describe("packMicros and unpackMicros", () => {
  test("whole microseconds survive, others are rounded and clamped", () => {
    const bytes = packMicros([0, 1.4, 1.6, 2 ** 32 - 1, 2 ** 32, Infinity, -5, Number.NaN]);
    const top = 2 ** 32 - 1;
    expect([...unpackMicros(bytes, 8)]).toEqual([0, 1, 2, top, top, top, 0, 0]);
  });

  test("refuses any other number of bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(12), (bytes, count) => {
        if (bytes.length === count * 4) expect(unpackMicros(bytes, count)).toHaveLength(count);
        else expect(() => unpackMicros(bytes, count)).toThrow(ValueError);
      }),
      { seed: 14, numRuns: 500 },
    );
  });
});
