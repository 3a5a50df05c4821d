import { expect, test } from "vitest";
import { atomName, atomVersion } from "./atom-name.js";
import { etaText } from "./eta-text.js";
import { secondsText } from "./seconds-text.js";
import { shareText } from "./share-text.js";

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

test.each([
  [0, 10, "0.0 %"],
  [1, 1_000_000, "< 0.1 %"],
  [421, 1_000, "42.1 %"],
  [999_999, 1_000_000, "99.9 %"],
  [10, 10, "100 %"],
  [0, 0, "0.0 %"],
])("%d of %d is %s", (done, total, text) => expect(shareText(done, total)).toBe(text));

test("what lasts is told in whole seconds", () => {
  expect([-5, 0, 999, 1_999, 59_999, 60_000, 200_000].map(secondsText)).toEqual([
    "0 s",
    "0 s",
    "0 s",
    "1 s",
    "59 s",
    "1 min",
    "3 min 20 s",
  ]);
});

test("an atom goes by its name, and its versions by the beginning of their hash", () => {
  const id = `monte-carlo-pi@sha256-${"ad422092".repeat(8)}`;
  expect([atomName(id), atomVersion(id)]).toEqual(["monte-carlo-pi", "ad422092"]);
  expect([atomName("no id"), atomVersion("no id")]).toEqual(["no id", ""]);
});
