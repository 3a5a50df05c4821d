import { anyValue } from "@valence/shared/arbitrary-value";
import { GridError } from "@valence/shared/errors";
import { PAYLOAD_BYTES_MAX } from "@valence/shared/limits";
import type { Value } from "@valence/shared/value";
import { encodeValue } from "@valence/shared/value-codec";
import { toJson } from "@valence/shared/value-json";
import { ValueReader } from "@valence/shared/value-reader";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { UploadPage } from "../core/writes.js";
import { cutElements, itemsOfPage } from "../store/upload-pages.js";
import { PageMaker, type UploadLimits } from "./page-maker.js";

const LIMITS: UploadLimits = { bytesMax: 1_000, linesMax: 10, lineBytesMax: 100 };
const bytesOf = (text: string): Uint8Array => Buffer.from(text);

type Made = { readonly pages: UploadPage[]; readonly items: number; readonly bytes: number };

/** Adds the chunks, each of its own buffer, and ends. */
function made(chunks: readonly Uint8Array[], limits?: UploadLimits): Made {
  const maker = new PageMaker(limits);
  const pages = chunks.flatMap((chunk) => maker.add(chunk.slice()));
  const { pages: last, ...size } = maker.end();
  return { pages: [...pages, ...last], ...size };
}

function refusal(text: string | Uint8Array, limits: UploadLimits = LIMITS): unknown {
  try {
    return made([typeof text === "string" ? bytesOf(text) : text], limits);
  } catch (error) {
    return error;
  }
}

function valuesIn({ pages, items }: Made): Value[] {
  const reader = new ValueReader(cutElements(pages, { from: 0, to: items }));
  return Array.from({ length: items }, () => reader.read());
}

/** The bytes in pieces that end at these places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

describe("lines become elements", () => {
  test("[I6] of any value, wherever the bytes are cut", () => {
    const lines = fc.array(anyValue, { minLength: 1, maxLength: 12 });
    const ends = fc.constantFrom("\n", "\r\n", " \n");
    fc.assert(
      fc.property(lines, ends, fc.array(fc.nat(), { maxLength: 20 }), fc.boolean(), (values, end, places, closed) => {
        const text = values.map((value) => JSON.stringify(toJson(value))).join(end) + (closed ? end : "");
        const bytes = bytesOf(text);
        const whole = made(cut(bytes, places));
        expect(whole.items).toBe(values.length);
        expect(whole.bytes).toBe(bytes.length);
        const encoded = Buffer.concat(values.map((value) => encodeValue(value)));
        expect(Buffer.compare(cutElements(whole.pages, { from: 0, to: whole.items }), encoded)).toBe(0);
      }),
    );
  });

  test("of single bytes, too", () => {
    expect(valuesIn(made([...bytesOf('{"é":1}\n[2]\n"three"')].map((byte) => Uint8Array.of(byte))))).toEqual([
      { é: 1 },
      [2],
      "three",
    ]);
  });

  test("a key may spell $bin by an escape", () => {
    expect(valuesIn(made([bytesOf('{"\\u0024bin":"AQ=="}\n')]))).toEqual([Uint8Array.of(1)]);
  });

  test("pages are full by their elements or by their bytes, and follow each other", () => {
    const short = made([bytesOf("1\n".repeat(10_000))]);
    expect(short.pages.map((page) => [page.first, itemsOfPage(page)])).toEqual([
      [0, 4_096],
      [4_096, 4_096],
      [8_192, 1_808],
    ]);
    const long = made([bytesOf(`"${"x".repeat(30_000)}"\n`.repeat(7))]);
    expect(long.pages.map((page) => [page.first, itemsOfPage(page)])).toEqual([
      [0, 3],
      [3, 3],
      [6, 1],
    ]);
  });

  test("a byte order mark may begin them, and empty lines may end them", () => {
    expect(valuesIn(made([bytesOf("\ufeff1\n2\n\n \r\n")]))).toEqual([1, 2]);
  });
});

describe("a broken line names its number", () => {
  test.each([
    ["1\n{\n3", "bad_json", 2, "Line 2 is not JSON"],
    ["1\n2\n3 4", "bad_json", 3, "Line 3 is not JSON"],
    ["1\n\n \n4\n", "bad_json", 2, "Line 2 is empty, and is not the last one"],
    ["1\n\ufeff2\n", "bad_json", 2, "Line 2 is not JSON"],
    ['1\n2\n{"a": {"$bin": "%"}}', "value_invalid", 3, 'Line 3 is no value: value.a: "$bin" must be base64'],
    ['{"__proto__": 1}', "value_invalid", 1, "this key cannot be sent"],
    ['1\n["a", "\\ud800"]', "value_invalid", 2, "Line 2 is no value: value[1]: text with half of a surrogate pair"],
    ['{"\\uDC00": 1}', "value_invalid", 1, "text with half of a surrogate pair"],
    ["1e308\n[1e309]", "value_invalid", 2, "Line 2 is no value: value[0]: it is a number beyond all doubles"],
    ["-1E+0309", "value_invalid", 1, 'an infinity is {"$num": "-Infinity"}'],
    [`1\n${"[".repeat(49)}${"]".repeat(49)}\n2 2`, "bad_json", 3, "Line 3 is not JSON"],
  ])("%j: %s of line %i", (text, code, line, sentence) => {
    expect(refusal(text)).toMatchObject({ code, details: { line }, message: expect.stringContaining(sentence) });
  });

  test("that is not UTF-8", () => {
    const bytes = Uint8Array.from([...bytesOf("1\n2\n"), 0x22, 0xff, 0x22, ...bytesOf("\n4")]);
    expect(refusal(bytes)).toMatchObject({ code: "bad_json", details: { line: 3 }, message: "Line 3 is not UTF-8." });
    expect(refusal(bytes.subarray(0, 6))).toMatchObject({ code: "bad_json", details: { line: 3 } });
  });

  test("that has a number of too many digits, and not one of many digits", () => {
    const limits = { bytesMax: 2_000, linesMax: 10, lineBytesMax: 900 };
    expect(refusal(`1${"0".repeat(308)}\n0.${"0".repeat(400)}1\n"${"9".repeat(400)}"`, limits)).toMatchObject({
      items: 3,
    });
    expect(refusal(`1\n-1${"0".repeat(309)}.5`, limits)).toMatchObject({ code: "value_invalid", details: { line: 2 } });
  });

  test("that nests too deeply", () => {
    const nested = (levels: number) => `0\n${"[".repeat(levels)}${"]".repeat(levels)}`;
    expect(refusal(nested(64), { ...LIMITS, lineBytesMax: 200 })).toMatchObject({ items: 2 });
    expect(refusal(nested(65), { ...LIMITS, lineBytesMax: 200 })).toMatchObject({
      code: "value_invalid",
      details: { line: 2 },
    });
  });
});

describe("[M1] at its limit an upload passes, one past it is refused with the limit and its value:", () => {
  test("bytes", () => {
    const text = "12345678\n".repeat(4);
    expect(refusal(text, { ...LIMITS, bytesMax: 36 })).toMatchObject({ items: 4, bytes: 36 });
    expect(refusal(text, { ...LIMITS, bytesMax: 35 })).toMatchObject({
      code: "body_too_large",
      status: 413,
      details: { limit: "UPLOAD_BYTES_MAX", max: 35 },
    });
  });

  test("lines, whether or not the last one has its end", () => {
    expect(refusal("1\n".repeat(10))).toMatchObject({ items: 10 });
    expect(refusal(`${"1\n".repeat(10)}\n`)).toMatchObject({ items: 10 });
    for (const text of ["1\n".repeat(11), `${"1\n".repeat(10)}1`]) {
      expect(refusal(text)).toMatchObject({
        code: "list_too_long",
        details: { limit: "UPLOAD_LINES_MAX", max: 10, line: 11 },
      });
    }
  });

  test.each([
    ["at the end", (line: string) => `1\n${line}`],
    ["among others", (line: string) => `1\n${line}\n3\n`],
  ])("bytes of a line, %s, counted in UTF-8", (_, text) => {
    for (const [letter, letters] of [
      ["x", 98],
      ["é", 49],
    ] as const) {
      expect(refusal(text(`"${letter.repeat(letters)}"`))).toMatchObject({ bytes: expect.any(Number) });
      expect(refusal(text(`"${letter.repeat(letters)}x"`))).toMatchObject({
        code: "payload_too_large",
        details: { limit: "UPLOAD_LINE_BYTES_MAX", max: 100, line: 2 },
      });
    }
  });

  test.each(["\n", "\r\n"])("bytes of a line without its end, which is %j, wherever it is cut", (end) => {
    const bytes = (letters: number) => bytesOf(`0${end}"${"x".repeat(letters)}"${end}2${end}`);
    for (const at of [50, 100, 101, 102, 103, 104, 105, 106]) {
      expect(made(cut(bytes(98), [at]), LIMITS)).toMatchObject({ items: 3 });
      expect(() => made(cut(bytes(99), [at]), LIMITS)).toThrow(expect.objectContaining({ code: "payload_too_large" }));
    }
  });

  test("bytes of a payload, which may be more than those of its line", () => {
    const numbers = (more: string) => `0\n[${"1e99,".repeat(7_280)}"${more}"]\n`;
    const fits = PAYLOAD_BYTES_MAX - (3 + 7_280 * 9 + 1);
    expect(made([bytesOf(numbers("x".repeat(fits)))])).toMatchObject({ items: 2 });
    expect(() => made([bytesOf(numbers("x".repeat(fits + 1)))])).toThrow(
      expect.objectContaining({
        code: "payload_too_large",
        details: { limit: "PAYLOAD_BYTES_MAX", max: PAYLOAD_BYTES_MAX, actual: PAYLOAD_BYTES_MAX + 1, line: 2 },
      }),
    );
  });
});

test("an upload of nothing is empty", () => {
  for (const text of ["", "\n", " \r\n\n"]) expect(refusal(text)).toMatchObject({ code: "empty_input" });
});

test("whatever the bytes, they become elements that can be read back, or a refusal", () => {
  const json = fc.oneof(
    fc.json(),
    fc.constantFrom("[", '{"$bin":', '"\\u00', "1e999", "\ufeff", "nul", '{"__proto__":1}'),
  );
  const text = fc.array(fc.oneof(json, fc.constantFrom("\n", "\r\n", " ", "\u0000")), { maxLength: 12 });
  const any = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    text.map((parts) => bytesOf(parts.join(""))),
  );
  fc.assert(
    fc.property(any, fc.array(fc.nat(), { maxLength: 5 }), (bytes, places) => {
      try {
        const whole = made(cut(bytes, places), { ...LIMITS, lineBytesMax: 50 });
        expect(valuesIn(whole)).toHaveLength(whole.items);
      } catch (error) {
        expect(error).toBeInstanceOf(GridError);
      }
    }),
    { numRuns: 2_000 },
  );
});
