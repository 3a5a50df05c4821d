import { expect, test } from "vitest";
import { liveThrough, rare } from "./life-of-a-world.js";

test("[E1] [E2] [E4] [S5] [S10] [B5] [B6] [B7] [T1] [N1] [Y4] [Y5] [Y6] 2,000 worlds: every job ends, nothing is lost or counted twice, and each invariant holds after every step", () => {
  for (let seed = 1; seed <= 2_000; seed++) liveThrough(seed);
  for (const times of Object.values(rare)) expect(times).toBeGreaterThan(10);
}, 240_000);
