import { expect, test } from "vitest";
import { noOp } from "./no-op.js";
import { results } from "./results.js";
import { measure, type Scenario } from "./scenario.js";
import { upload } from "./upload.js";

test.each<[string, (items: number) => Promise<Scenario>]>([
  ["no-op", noOp],
  ["results", results],
  ["upload", upload],
])(
  "the scenario %s runs and measures both sides",
  async (_, open) => {
    const scenario = await open(2_000);
    try {
      const outcomes = await measure(scenario, 1, () => {});
      expect(outcomes.length).toBeGreaterThan(1);
      expect(outcomes.every(({ median }) => median > 0)).toBe(true);
      expect(await scenario.remark?.()).toEqual(open === upload ? expect.stringMatching(/ MB more$/) : undefined);
    } finally {
      await scenario.close();
    }
  },
  60_000,
);
