import { expect, test } from "vitest";
import { measure, type Verdict, verdicts } from "./measure.js";
import { rowsOf } from "./report.js";
import type { Contestant, Figure } from "./scenario.js";

const counting = (name: string, rates: readonly number[]): Contestant => {
  let round = 0;
  return { name, run: async () => ({ rate: rates[round++] ?? Number.NaN }) };
};
const figure: Figure = {
  name: "rate",
  unit: "1/s",
  value: { of: "ours", measure: "rate" },
  yardstick: { of: "theirs" },
  targets: [
    { of: "ratio", atLeast: 2 },
    { of: "value", atMost: 40 },
  ],
};

test("contestants take turns, and the warm-up does not count", async () => {
  const lines: string[] = [];
  const contestants = [counting("ours", [1, 20, 30]), counting("theirs", [1, 10, 15])];
  const rounds = await measure({ contestants }, 2, { onRun: (line) => lines.push(line.slice(0, 8).trim()) });
  expect(lines).toEqual(["warm-up", "warm-up", "run 1", "run 1", "run 2", "run 2"]);
  expect(rounds.get("ours")).toEqual([{ rate: 20 }, { rate: 30 }]);
});

test("the ratio is that within a round, so that what disturbs both sides of one does not count", async () => {
  const contestants = [counting("ours", [1, 20, 200, 60]), counting("theirs", [1, 10, 100, 20])];
  const [verdict] = verdicts({ contestants, figures: [figure] }, await measure({ contestants }, 3));
  expect(verdict?.ratio?.median).toBe(2);
  expect(verdict?.difference?.median).toBe(40);
  expect(verdict?.targets.map(({ reached }) => reached)).toEqual([true, false]);
});

test("a yardstick that cannot be reached is told as not run, and its target as neither reached nor missed", async () => {
  const contestants = [counting("ours", [1, 20]), { name: "theirs", absent: "no server" }];
  const figures = verdicts({ contestants, figures: [figure] }, await measure({ contestants }, 1));
  expect(figures[0]?.targets[0]?.reached).toBeNull();
  expect(rowsOf("some", figures)).toEqual([
    ["some", "rate", "20 1/s ± 0 %", "theirs: not run (no server)", "", "≥ 2 ×, ≤ 40", "not run, yes"],
  ]);
});

test("an even number of runs has the mean of both middles, in values, yardsticks, ratios and differences", async () => {
  const contestants = [counting("ours", [1, 20, 40]), counting("theirs", [1, 10, 10])];
  const [verdict] = verdicts({ contestants, figures: [figure] }, await measure({ contestants }, 2));
  const { value, yardstick, ratio, difference } = verdict as Verdict;
  expect([value?.median, ratio?.median, difference?.median]).toEqual([30, 3, 20]);
  expect(yardstick).toMatchObject({ value: { median: 10 } });
});

test("what a round could not measure is told so, null in JSON, and not judged", async () => {
  let round = 0;
  const ours = { name: "ours", run: async () => ({ rate: round++ === 1 ? null : 20 }) };
  const contestants = [ours, counting("theirs", [1, 10, 10])];
  const figures = verdicts({ contestants, figures: [figure] }, await measure({ contestants }, 2));
  expect(JSON.parse(JSON.stringify(figures))[0]).toMatchObject({ value: null, ratio: null, difference: null });
  expect(rowsOf("some", figures)).toEqual([
    ["some", "rate", "not measured: too small", "theirs: 10 ± 0 %", "", "≥ 2 ×, ≤ 40", "not measured, not measured"],
  ]);
});

test("there is no ratio to a yardstick of nothing", async () => {
  const contestants = [counting("ours", [1, 20]), counting("theirs", [1, 0])];
  const figures = verdicts({ contestants, figures: [figure] }, await measure({ contestants }, 1));
  expect(figures[0]?.ratio).toBeNull();
  expect(rowsOf("some", figures)[0]?.slice(-3)).toEqual(["", "≥ 2 ×, ≤ 40", "not measured, yes"]);
});

test("a spread around 0 is told in the unit, and one below 0 as the share of a size", async () => {
  const contestants = [counting("ours", [1, 0, 0, 0.6]), counting("theirs", [1, 10, 10, 10])];
  const figures = verdicts({ contestants, figures: [figure] }, await measure({ contestants }, 3));
  expect(figures[0]?.value?.spread).toBeNull();
  expect(figures[0]?.difference?.spread).toBeCloseTo(0.03);
  expect(rowsOf("some", figures)[0]?.[2]).toBe("0 1/s ± 0.3 1/s");
});

test("what is not judged has its figures, and no answer", async () => {
  const contestants = [counting("ours", [1, 20]), counting("theirs", [1, 10])];
  const figures = verdicts({ contestants, figures: [figure] }, await measure({ contestants }, 1), { judge: false });
  expect(figures[0]?.targets.map(({ reached }) => reached)).toEqual([null, null]);
  expect(rowsOf("some", figures)[0]?.[6]).toBe("not judged: small, not judged: small");
});

test("a figure of something that was not measured is a fault", async () => {
  const contestants = [counting("ours", [1, 20])];
  const rounds = await measure({ contestants }, 1);
  expect(() => verdicts({ contestants, figures: [figure] }, rounds)).toThrow('no contestant "theirs"');
});
