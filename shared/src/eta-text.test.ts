import { expect, test } from "vitest";
import { etaText } from "./eta-text.js";

const S = 1_000;
const MIN = 60 * S;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;

test.each([
  [0, 400, "under 1 s"],
  [12 * S, 16.2 * S, "12 to 17 s"],
  [20 * S, 3 * MIN, "under 3 min"],
  [3 * MIN, 3 * MIN, "about 3 min"],
  [16.8 * MIN, 23.9 * MIN, "17 to 24 min"],
  [1.9 * HOUR, 2.6 * HOUR, "2 to 3 h"],
  [4 * DAY, 6 * DAY, "4 to 6 d"],
  [3 * 365.25 * DAY, 5 * 365.25 * DAY, "3 to 5 years"],
  [4_000 * 365.25 * DAY, 5_000 * 365.25 * DAY, "over 100 years"],
])("%d to %d ms still to go is said as %3$s", (lowMs, highMs, text) => expect(etaText({ lowMs, highMs })).toBe(text));
