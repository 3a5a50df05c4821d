import { expect, test } from "vitest";
import { measure, verdicts } from "./measure.js";
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

test("a figure of something that was not measured is a fault", async () => {
  const contestants = [counting("ours", [1, 20])];
  const rounds = await measure({ contestants }, 1);
  expect(() => verdicts({ contestants, figures: [figure] }, rounds)).toThrow('no contestant "theirs"');
});
