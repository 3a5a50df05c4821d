import { expect, test } from "vitest";
import { secondsText } from "./seconds-text.js";
import { shareText } from "./share-text.js";

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
