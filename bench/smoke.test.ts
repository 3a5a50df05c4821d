import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { measure, verdicts } from "./measure.js";
import { SCENARIOS } from "./scenarios.js";

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  "the scenario %s runs, and measures all its figures",
  async (_, scenario) => {
    const opened = await scenario.open(scenario.smokeSize);
    try {
      const figures = verdicts(opened, await measure(opened, 1, { warmUps: 0 }));
      expect(figures.length).toBeGreaterThan(0);
      for (const { value, yardstick, ratio } of figures) {
        expect(value === null || value.median >= 0).toBe(true);
        if (value && yardstick && "value" in yardstick) expect(ratio === null || ratio.median >= 0).toBe(true);
      }
    } finally {
      await opened.close();
    }
  },
  60_000,
);

test("docs/PERFORMANCE.md says of each scenario what it measures", () => {
  const page = readFileSync(fileURLToPath(new URL("../../docs/PERFORMANCE.md", import.meta.url)), "utf8");
  const [, table = ""] = /## What is measured\n(.*?)\n## /s.exec(page) ?? [];
  const described = table.split("\n").flatMap((row) => row.split("|")[1]?.match(/(?<=`)[a-z]+(?=`)/g) ?? []);
  expect(described.sort()).toEqual(SCENARIOS.map(({ name }) => name).sort());
});
