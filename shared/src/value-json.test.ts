import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyValue } from "./arbitrary-value.js";
import { VALUE_DEPTH_MAX } from "./limits.js";
import type { Value } from "./value.js";
import { ValueError } from "./value.js";
import { fromJson, type Json, toJson } from "./value-json.js";

function throughText(value: Value): Value {
  return fromJson(JSON.parse(JSON.stringify(toJson(value))));
}

describe("toJson and fromJson", () => {
  test("every value survives as text", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(throughText(value)).toEqual(value);
      }),
      { seed: 9, numRuns: 1_500 },
    );
  });

  test("what has marks of its own is not mistaken for marks", () => {
    const key = fc.constantFrom("$bin", "$num", "$$bin", "$$$num", "$type", "$binary", "$ref", "bin");
    fc.assert(
      fc.property(fc.dictionary(key, anyValue), (value) => {
        expect(throughText(value)).toEqual(value);
      }),
      { seed: 10, numRuns: 500 },
    );
  });

  test("has the documented shapes", () => {
    expect(toJson({ a: Float64Array.of(1), b: Uint8Array.of(255, 0), c: [Number.NaN, -0, -Infinity, 1.5] })).toEqual({
      a: { $bin: "AAAAAAAA8D8=", $type: "Float64Array" },
      b: { $bin: "/wA=", $type: "Uint8Array" },
      c: [{ $num: "NaN" }, { $num: "-0" }, { $num: "-Infinity" }, 1.5],
    });
    expect(toJson({ $bin: 1, $$num: 2, $type: 3, $other: 4 })).toEqual({ $$bin: 1, $$$num: 2, $type: 3, $other: 4 });
    expect(fromJson({ $bin: "/wA=" })).toEqual(Uint8Array.of(255, 0));
  });

  test("nests to the limit, with marks at the bottom, and no deeper", () => {
    const nested = (depth: number): Json => (depth === 0 ? { $num: "NaN" } : [nested(depth - 1)]);
    expect(toJson(fromJson(nested(VALUE_DEPTH_MAX)))).toEqual(nested(VALUE_DEPTH_MAX));
    expect(() => fromJson(nested(VALUE_DEPTH_MAX + 1))).toThrow("nests deeper");
    const deep = JSON.parse("[".repeat(5_000) + "]".repeat(5_000));
    expect(() => fromJson(deep)).toThrow(ValueError);
  });

  test.each([
    [{ $num: "1" }, 'value: {"$num"} must be one of'],
    [{ $num: "toString" }, 'value: {"$num"} must be one of'],
    [{ $num: "NaN", x: 1 }, "stand alone"],
    [{ $bin: 1, $type: "Uint8Array" }, "base64"],
    [{ $bin: "AAA", $type: "Uint8Array" }, "base64"],
    [{ $bin: "AA=A", $type: "Uint8Array" }, "base64"],
    [{ $bin: "AB==", $type: "Uint8Array" }, "base64"],
    [{ $bin: "====", $type: "Uint8Array" }, "base64"],
    [{ $bin: "é\ud800AA", $type: "Uint8Array" }, "base64"],
    [{ $bin: "AAAA", $type: "Float64Array" }, "no whole number of elements"],
    [{ $bin: "AAAA", $type: "BigInt64Array" }, '"$type" must be one of'],
    [{ $bin: "AAAA", $type: "Uint8Array", x: 1 }, "stand alone"],
    [JSON.parse('{"a":[{"__proto__":1}]}'), "value.a[0].__proto__: this key cannot be sent"],
    [{ a: undefined }, "value.a: it is not JSON"],
    [[JSON.parse("1e999")], 'value[0]: it is a number beyond all doubles; an infinity is {"$num": "Infinity"}'],
    [-Infinity, '{"$num": "-Infinity"}'],
    [{ a: "x\ud800" }, "value.a: text with half of a surrogate pair cannot be sent"],
    [{ "\udc00": 1 }, "text with half of a surrogate pair cannot be sent"],
  ])("refuses %j", (json, message) => {
    expect(() => fromJson(json)).toThrow(ValueError);
    expect(() => fromJson(json)).toThrow(message);
  });
});
