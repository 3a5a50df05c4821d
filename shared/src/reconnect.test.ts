import { expect, test } from "vitest";
import { reconnectMs } from "./reconnect.js";

test("waits are at most 0.2 s at first, twice that after each failure, and 5 s in the end", () => {
  expect([1, 2, 3, 6, 1_000].map((failures) => reconnectMs(failures, 1))).toEqual([200, 400, 800, 5_000, 5_000]);
  expect(reconnectMs(3, 0.25)).toBe(200);
  expect(reconnectMs(9, 0)).toBe(0);
});
