import { expect, test } from "vitest";
import { tableOf } from "./table.js";
import { fitted, widthOf } from "./width.js";

type Row = { name: string; n: number };
const columns = [
  { title: "N", cell: ({ n }: Row) => String(n), right: true },
  { title: "NAME", cell: ({ name }: Row) => name, shrinkTo: 4 },
];

test("columns are aligned, also for wide letters", () => {
  const rows = [
    { name: "a", n: 1_000 },
    { name: "中文", n: 7 },
  ];
  expect(tableOf(rows, [...columns, { title: "END", cell: () => "|" }])).toEqual([
    "   N  NAME  END",
    "1000  a     |",
    "   7  中文  |",
  ]);
});

test("what a stranger wrote stays one line in its column", () => {
  expect(tableOf([{ name: "a\nb\x1b[2J", n: 1 }], columns)[1]).toBe("1  a\\nb\\u{1b}[2J");
});

test("on a narrow terminal the wide column gives way, as far as it may", () => {
  const rows = [{ name: "a long name indeed", n: 1 }];
  expect(tableOf(rows, columns, { width: 12 })[1]).toBe("1  a long n…");
  expect(tableOf(rows, columns, { width: 3 })[1]).toBe("1  a l…");
});

test("widths are those of terminals", () => {
  expect(["abc", "中", "e\u0301", "👩‍🔬", "±█…"].map(widthOf)).toEqual([3, 2, 1, 2, 3]);
  expect(fitted("中文字", 5)).toBe("中文…");
  expect(fitted("abc", 0)).toBe("");
});
