import { expect, test } from "vitest";
import { liveThrough } from "./life-of-a-world.js";

test("[E1] [E2] [E4] [S5] [S10] 1,000 worlds: every job ends, nothing is lost or counted twice, and each invariant holds after every step", () => {
  let stops = 0;
  for (let seed = 1; seed <= 1_000; seed++) stops += liveThrough(seed);
  expect(stops).toBeGreaterThan(30);
}, 120_000);
