import { expect, test } from "vitest";
import { noOp } from "./no-op.js";
import { results } from "./results.js";
import { measure } from "./scenario.js";

test("the no-op scenario runs and measures both sides", async () => {
  const scenario = await noOp(2_000);
  try {
    const outcomes = await measure(scenario, 1, () => {});
    expect(outcomes.map(({ median }) => median > 0)).toEqual([true, true]);
  } finally {
    await scenario.close();
  }
}, 60_000);

test("the scenario of results runs and measures both sides", async () => {
  const scenario = await results(2_000);
  try {
    const outcomes = await measure(scenario, 1, () => {});
    expect(outcomes.map(({ median }) => median > 0)).toEqual([true, true, true]);
  } finally {
    await scenario.close();
  }
}, 60_000);
