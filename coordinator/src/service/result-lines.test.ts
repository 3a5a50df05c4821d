import { anyValue } from "@valence/shared/arbitrary-value";
import { packMicros, packValues } from "@valence/shared/pack";
import type { Value } from "@valence/shared/value";
import { decodeValue, encodeValue } from "@valence/shared/value-codec";
import { toJson } from "@valence/shared/value-json";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ResultRow } from "../store/store.js";
import { textsOf } from "./result-lines.js";

const AT = Date.parse("2026-11-01T00:00:10.000Z");
const job = { atom: 'pi"@sha256', chunk: 10 };

type Part = { readonly micros: number; readonly value: Value };

/** A row whose parts hold these electrons, the first of which is number `from`. */
function rowOf(parts: readonly (readonly Part[])[], from = 0): ResultRow {
  const packed = parts.map((part) => [
    part.length,
    packMicros(part.map(({ micros }) => micros)),
    packValues(part.map(({ value }) => value)),
  ]);
  const to = from + parts.reduce((sum, part) => sum + part.length, 0);
  return { row: 7, span: { from, to }, identity: "ab".repeat(32), at: AT, results: encodeValue(packed) };
}

function linesOf(row: ResultRow, { from = 0, to = Number.MAX_SAFE_INTEGER, cursor = "" } = {}): unknown[] {
  const text = [...textsOf([{ row, from, to, cursor }], job)].join("");
  expect(text === "" || text.endsWith("\n")).toBe(true);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

test("a line has the properties of an electron: the last ended when its row came, and each began where the one before ended", () => {
  const row = rowOf([[{ micros: 1_500, value: 1 }], [{ micros: 2_000_000, value: { a: [true, null] } }]], 4);
  const rest = { atom: job.atom, outcome: "done", volunteer: "ab".repeat(8) };
  expect(linesOf(row, { cursor: "7-" })).toEqual([
    {
      ...rest,
      electron: 4,
      item: 40,
      start: "2026-11-01T00:00:07.998Z",
      end: "2026-11-01T00:00:08.000Z",
      result: 1,
      cursor: "7-4",
    },
    {
      ...rest,
      electron: 5,
      item: 50,
      start: "2026-11-01T00:00:08.000Z",
      end: "2026-11-01T00:00:10.000Z",
      result: { a: [true, null] },
      cursor: "7-5",
    },
  ]);
});

test("whatever the values, each line holds one as `toJson` writes it", () => {
  const part = fc.array(fc.record({ micros: fc.nat(5_000_000), value: anyValue }), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      const lines = linesOf(rowOf(parts)) as { electron: number; result: unknown }[];
      const sent = parts.flat().map(({ value }) => toJson(decodeValue(encodeValue(value)) as Value));
      expect(lines.map(({ result }) => result)).toEqual(JSON.parse(JSON.stringify(sent)));
      expect(lines.map(({ electron }) => electron)).toEqual(sent.map((_, i) => i));
    }),
  );
});

test("numbers that JSON lacks stand in their own form, in a column of numbers, too", () => {
  const values = [Number.NaN, -0, Number.POSITIVE_INFINITY, 0.1, 1e300, 5];
  const lines = linesOf(rowOf([values.map((value) => ({ micros: 0, value }))])) as { result: unknown }[];
  expect(lines.map(({ result }) => result)).toEqual([
    { $num: "NaN" },
    { $num: "-0" },
    { $num: "Infinity" },
    0.1,
    1e300,
    5,
  ]);
});

test("only the wanted electrons are given", () => {
  const row = rowOf([Array.from({ length: 10 }, () => ({ micros: 1, value: 0 }))], 10);
  const electrons = (from: number, to: number) =>
    (linesOf(row, { from, to }) as { electron: number }[]).map(({ electron }) => electron);
  expect(electrons(12, 14)).toEqual([12, 13]);
  expect(electrons(0, 11)).toEqual([10]);
  expect(electrons(19, 99)).toEqual([19]);
  expect(electrons(20, 99)).toEqual([]);
});

test("texts are of bounded size where lines are, and of many rows together where rows are small", () => {
  const many = Array.from({ length: 2_000 }, (_, n) => rowOf([[{ micros: 1, value: n }]], n));
  const texts = [
    ...textsOf(
      many.map((row) => ({ row, from: 0, to: 9_999, cursor: "" })),
      job,
    ),
  ];
  expect(texts.slice(0, -1).every(({ length }) => length >= 65_536 && length < 66_000)).toBe(true);
  expect(texts.join("").split("\n")).toHaveLength(2_001);
});
