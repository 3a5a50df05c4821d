import { expect, test } from "vitest";
import { bareContext } from "../testing/bare-context.js";
import atom from "./atom.js";

test("counts four for a hit, and its square", async () => {
  const { n, sum, sumSquares } = await atom.process({ from: 100, to: 1_000_100 }, bareContext({ seed: 314 }));
  expect(n).toBe(1_000_000);
  expect(sumSquares).toBe(4 * sum);
  const error = Math.sqrt((Math.PI * (4 - Math.PI)) / n);
  expect(Math.abs(sum / n - Math.PI)).toBeLessThan(4 * error);
});
