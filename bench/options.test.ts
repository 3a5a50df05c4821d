import { expect, test } from "vitest";
import { asked, help } from "./options.js";
import type { Scenario } from "./scenario.js";
import { SCENARIOS } from "./scenarios.js";

const scenario = (name: string, sizeMin?: number): Scenario => ({
  name,
  what: "things",
  size: 100,
  smokeSize: 40,
  ...(sizeMin === undefined ? {} : { sizeMin }),
  open: () => Promise.reject(new Error("options open nothing")),
});
const few = scenario("few");
const many = scenario("many", 40);
const all = [few, many];

test("without arguments all scenarios run five times, at their own sizes", () => {
  expect(asked([], all)).toEqual({ scenarios: all, runs: 5, size: undefined });
});

test("names choose scenarios, in their order, and options may stand anywhere", () => {
  expect(asked(["many", "--runs", "2", "few", "--size=50"], all)).toEqual({
    scenarios: [many, few],
    runs: 2,
    size: 50,
  });
});

test("help is told whatever else is asked", () => {
  expect(asked(["few", "--help"], all)).toBeNull();
  expect(asked(["-h"], all)).toBeNull();
});

test.each([
  [["--bogus"], "There is no option --bogus; --help tells which there are."],
  [["--version"], "There is no option --version; --help tells which there are."],
  [["-x"], "There is no option -x; --help tells which there are."],
  [["--size"], "--size takes a whole number above 0."],
  [["--size", "-1"], '--size takes a whole number above 0, not "-1".'],
  [["--size", "0"], '--size takes a whole number above 0, not "0".'],
  [["--size="], '--size takes a whole number above 0, not "".'],
  [["--size", "1.5"], '--size takes a whole number above 0, not "1.5".'],
  [["--runs", "--size"], '--runs takes a whole number above 0, not "--size".'],
  [["most"], 'There is no scenario "most"; there are: few, many.'],
  [["few", "many", "--size", "39"], "many takes --size 40 or more (things), not 39."],
])("%j is refused with one sentence", (args, sentence) => {
  expect(() => asked(args, all)).toThrow(sentence);
});

test("the smallest size of a scenario is one of its sizes", () => {
  expect(asked(["few", "many", "--size", "40"], all)?.size).toBe(40);
  expect(asked(["few", "--size", "1"], all)?.size).toBe(1);
});

test("help says of each scenario what its size counts, how much it is and how little it may be", () => {
  expect(help(all).rows.slice(1)).toEqual([
    ["few", "100", "1", "things"],
    ["many", "100", "40", "things"],
  ]);
});

test("the tests run no scenario with less than it takes", () => {
  for (const { smokeSize, sizeMin = 1 } of SCENARIOS) expect(smokeSize).toBeGreaterThanOrEqual(sizeMin);
});
