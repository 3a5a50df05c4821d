import fc from "fast-check";
import { expect, test } from "vitest";
import { readAscii, readUtf8, utf8Length, writeUtf8 } from "./utf8.js";

test("text takes the bytes it says and comes back, with U+FFFD for lone surrogates", () => {
  const unit = fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.integer({ min: 0xd800, max: 0xdfff }));
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 60 }), (units) => {
      const text = String.fromCharCode(...units);
      const bytes = new Uint8Array(200);
      const end = writeUtf8(text, bytes, 7);
      expect(end - 7).toBe(utf8Length(text));
      expect(readUtf8(bytes, 7, end)).toBe(text.replace(/\p{Surrogate}/gu, "\ufffd"));
    }),
    { seed: 15, numRuns: 1_000 },
  );
});

test("every code point has the bytes that the platform's own decoder of percent signs reads", () => {
  for (const point of [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff]) {
    const bytes = new Uint8Array(4);
    const end = writeUtf8(String.fromCodePoint(point), bytes, 0);
    const percent = [...bytes.subarray(0, end)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
    expect(decodeURIComponent(percent)).toBe(String.fromCodePoint(point));
  }
});

test("long text is joined from its parts", () => {
  const bytes = new Uint8Array(10_000).fill(0x61);
  expect(readAscii(bytes)).toBe("a".repeat(10_000));
  expect(readUtf8(bytes, 0, 9_999)).toBe("a".repeat(9_999));
});
