import { expect, test } from "vitest";
import { ago, count, duration, percent, plusMinus, short, size } from "./human.js";

test("counts are grouped, large numbers have a unit", () => {
  expect(count(1234567)).toBe("1,234,567");
  expect([0, 12.345, 999, 999.6, 1_234_567, 1e9, 2.5e15].map(short)).toEqual([
    "0",
    "12.3",
    "999",
    "1 k",
    "1.23 M",
    "1 G",
    "2.5 P",
  ]);
  expect(short(0.000_012_34)).toBe("0.000012");
});

test("sizes have their unit", () => {
  expect([0, 999, 1_000, 12_345, 1_073_741_824].map(size)).toEqual(["0 B", "999 B", "1 kB", "12.3 kB", "1.07 GB"]);
});

test("100 % means all", () => {
  expect([percent(0, 3), percent(999_999, 1_000_000), percent(3, 3), percent(0, 0)]).toEqual([
    "0.0 %",
    "99.9 %",
    "100.0 %",
    "0.0 %",
  ]);
});

test.each([
  [0.4, "0 ms"],
  [820, "820 ms"],
  [999.6, "1.0 s"],
  [12_345, "12 s"],
  [59_700, "1 min"],
  [200_000, "3 min 20 s"],
  [3_599_999, "1 h"],
  [187_200_000, "2 d 4 h"],
  [Number.POSITIVE_INFINITY, "?"],
])("%d ms is %s", (ms, text) => expect(duration(ms)).toBe(text));

test("times are told from now, and days later by date", () => {
  const at = "2026-11-01T00:00:00.000Z";
  const after = (ms: number) => ago(at, Date.parse(at) + ms);
  expect([0, 30_000, 3_599_000, 7_200_000, 2 * 86_400_000].map(after)).toEqual([
    "now",
    "30 s ago",
    "59 min ago",
    "2 h ago",
    "2 d ago",
  ]);
  expect(after(8 * 86_400_000)).toBe("2026-11-01");
  expect(ago("nonsense", 0)).toBe("?");
});

test("an estimate has as many digits as are known", () => {
  expect(plusMinus(2.5, 0.000321)).toBe("2.50000 ± 0.00032");
  expect(plusMinus(12_345.678, 250)).toBe("12346 ± 250");
  expect(plusMinus(2, 0)).toBe("2");
});
