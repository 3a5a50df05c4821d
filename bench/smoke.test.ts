import { expect, test } from "vitest";
import { noOp } from "./no-op.js";
import { results } from "./results.js";
import { measure, type Scenario } from "./scenario.js";
import { tail } from "./tail.js";
import { upload } from "./upload.js";

test.each<[string, (items: number) => Promise<Scenario>]>([
  ["no-op", noOp],
  ["results", results],
  ["tail", tail],
  ["upload", upload],
])(
  "the scenario %s runs and measures both sides",
  async (_, open) => {
    const scenario = await open(2_000);
    try {
      const outcomes = await measure(scenario, 1, () => {});
      expect(outcomes.length).toBeGreaterThan(1);
      expect(outcomes.every(({ median }) => median > 0)).toBe(true);
      const remark = new Map([
        [upload, / MB more$/],
        [tail, /^makespan over the ideal one: \d/],
      ]).get(open);
      expect(await scenario.remark?.()).toEqual(remark && expect.stringMatching(remark));
    } finally {
      await scenario.close();
    }
  },
  120_000,
);
