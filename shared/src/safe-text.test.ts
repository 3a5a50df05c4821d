import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safeBlock, safeJson, safeLines, safeText } from "./safe-text.js";

/** What a terminal may act on, or a reader cannot see. */
const HARMFUL = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe("nothing reaches the terminal of", () => {
  test.each([
    ["CSI: clear the screen", "\x1b[2J\x1b[H", "\\u{1b}[2J\\u{1b}[H"],
    ["OSC: set the title", "\x1b]0;owned\x07", "\\u{1b}]0;owned\\u{7}"],
    ["OSC 8: a link that lies", "\x1b]8;;http://evil\x1b\\x", "\\u{1b}]8;;http://evil\\u{1b}\\x"],
    ["C1: CSI in one byte", "\u009b31mred", "\\u{9b}31mred"],
    ["C1: DCS and ST", "\u0090q\u009c", "\\u{90}q\\u{9c}"],
    ["backspaces and a carriage return", "good\b\b\b\bevil\rworse", "good\\u{8}\\u{8}\\u{8}\\u{8}evil\\rworse"],
    ["newlines and tabs", "a\nb\tc", "a\\nb\\tc"],
    ["bidi overrides and isolates", "abc\u202egpj.exe\u2066\u2069", "abc\\u{202e}gpj.exe\\u{2066}\\u{2069}"],
    ["separators that end lines", "a\u2028b\u2029c\u0085", "a\\u{2028}b\\u{2029}c\\u{85}"],
    ["zero-width spaces, tags, DEL and NUL", "a\u200b\u{e0041}\x7f\0", "a\\u{200b}\\u{e0041}\\u{7f}\\u{0}"],
    ["half a surrogate pair", "a\ud800b", "a\\u{d800}b"],
  ])("%s", (_name, nasty, safe) => expect(safeText(nasty)).toBe(safe));
});

test("letters of every script stay, joined as they must be", () => {
  const text = "Füße 中文 می‌خواهم 👩‍🔬 e\u0301";
  expect(safeText(text)).toBe(text);
});

test("marks do not pile up", () => {
  expect(safeText(`a${"\u0301".repeat(50)}b`)).toBe(`a${"\u0301".repeat(4)}b`);
});

test("whatever the text, it is one line without harm", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => !HARMFUL.test(safeText(text))));
});

test("lines stay lines", () => {
  expect(safeLines("Error: x\r\n    at \x1b[1my\n")).toEqual(["Error: x", "    at \\u{1b}[1my", ""]);
});

test("source keeps its lines and tabs, and reads in the order in which it runs", () => {
  const source = "if (a)\r\n\tb(); /* \u202e } */\n";
  expect(safeBlock(source)).toBe("if (a)\n\tb(); /* \\u{202e} } */\n");
});

test("JSON means the same, and holds no harm", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
      const json = safeJson(value);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(json).not.toMatch(HARMFUL);
    }),
  );
});
