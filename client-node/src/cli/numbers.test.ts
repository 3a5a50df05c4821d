import { describe, expect, test } from "vitest";
import { parseAxes, parseChunk, parseDeadline, parseNumber, parseRange, parseWhole } from "./numbers.js";

describe("a number", () => {
  test.each([
    ["1e9", 1e9],
    ["1_000_000", 1_000_000],
    ["-2.5", -2.5],
    [".5", 0.5],
    ["1E-3", 0.001],
  ])("%s", (text, value) => expect(parseNumber(text, "x")).toBe(value));

  test.each(["", " ", "abc", "0x10", "1e999", "NaN", "Infinity", "1__0", "_1", "1_", "1,000", "1 000"])(
    "%j is none",
    (text) => expect(() => parseNumber(text, "--x")).toThrow(`--x is ${JSON.stringify(text)}, which is not a number`),
  );
});

test("a whole number has its bounds", () => {
  expect(parseWhole("1e3", "--n", { min: 1_000, max: 1_000 })).toBe(1_000);
  expect(() => parseWhole("1.5", "--n")).toThrow("not a whole number");
  expect(() => parseWhole("1e16", "--n")).toThrow("not a whole number below 2^53");
  expect(() => parseWhole("0", "--n", { min: 1 })).toThrow('--n is "0"; it must be at least 1.');
  expect(() => parseWhole("3", "--n", { max: 2 })).toThrow("at most 2");
});

describe("a range", () => {
  test("has an end that is not included", () => {
    expect(parseRange("0..1e9")).toEqual({ from: 0, to: 1e9 });
    expect(parseRange("-5..5")).toEqual({ from: -5, to: 5 });
  });

  test.each([
    ["5", "write it as 0..1e9"],
    ["0..1..2", "write it as 0..1e9"],
    ["0...5", "write it as 0..1e9|not a whole number"],
    ["0..x", 'The end of --range is "x"'],
    ["..5", "The start of --range"],
    ["5..5", "is empty"],
    ["9..5", "is empty"],
    ["0..1.5", "not a whole number"],
  ])("%s is refused", (text, message) => expect(() => parseRange(text)).toThrow(new RegExp(message)));
});

test("a chunk is a whole number, or auto", () => {
  expect(parseChunk("auto")).toBe("auto");
  expect(parseChunk("1e3")).toBe(1_000);
  expect(() => parseChunk("0")).toThrow("at least 1");
});

describe("a deadline", () => {
  test.each([
    ["90min", 5_400_000],
    ["1.5h", 5_400_000],
    ["3d", 259_200_000],
    ["30s", 30_000],
    ["2027-01-31T12:00:00Z", "2027-01-31T12:00:00Z"],
    ["2027-01-31T12:00:00+01:00", "2027-01-31T12:00:00+01:00"],
  ])("%s", (text, deadline) => expect(parseDeadline(text)).toBe(deadline));

  test.each(["", "90", "h", "5 h", "tomorrow", "2027-01-31", "2027-01-31T12:00:00", "2027-13-31T12:00:00Z", "3y"])(
    "%j is none: without a unit or a zone it may mean anything",
    (text) => expect(() => parseDeadline(text)).toThrow("write 90min"),
  );
});

describe("axes", () => {
  test("are values or steps, in written order", () => {
    const axes = parseAxes("x=0..1/0.1,y=1,2,3, z = -1..1");
    expect(axes).toEqual({ x: { from: 0, to: 1, step: 0.1 }, y: [1, 2, 3], z: { from: -1, to: 1, step: 1 } });
    expect(Object.keys(axes)).toEqual(["x", "y", "z"]);
    expect(parseAxes("α_1=1,$b=2")).toEqual({ α_1: [1], $b: [2] });
  });

  test.each([
    ["", "write axes as"],
    ["1,2", "write axes as"],
    ["x=", "A value of the axis x"],
    ["x=1,,2", "A value of the axis x"],
    ["x=a", "A value of the axis x"],
    ["x=0..1/", "The step of axis x"],
    ["x=1,x=2", "the axis x twice"],
    ["x=1,2;y=3", 'has "2;y=3"; write axes as x=0..1/0.1,y=1,2,3'],
    ["x=1,2y=3", "write axes as"],
    ["a-b=1", "other names in a JSON object"],
  ])("%j is refused", (text, message) => expect(() => parseAxes(text)).toThrow(message));
});
