import { SLOTS_MAX } from "@valence/shared/limits";
import { expect, test } from "vitest";
import { threadsAtFirst, threadsMax } from "./threads.js";

test.each([
  [{ cores: 8, phone: false }, 7],
  [{ cores: 2, phone: false }, 1],
  [{ cores: 1, phone: false }, 1],
  [{ cores: 8, phone: true }, 1],
])("of %o, %d are lent at first", (device, threads) => expect(threadsAtFirst(device, null)).toBe(threads));

test("what was chosen before counts, as far as this device has it", () => {
  const device = { cores: 4, phone: true };
  expect([3, 4, 5, 0, -1, 2.5, Number.NaN].map((chosen) => threadsAtFirst(device, chosen))).toEqual([
    3, 4, 4, 1, 1, 1, 1,
  ]);
});

test("at most as many as there are cores, and as a session may have", () => {
  expect([1, 4, SLOTS_MAX, SLOTS_MAX + 1].map((cores) => threadsMax({ cores, phone: false }))).toEqual([
    1,
    4,
    SLOTS_MAX,
    SLOTS_MAX,
  ]);
  expect(threadsMax({ cores: Number.NaN, phone: false })).toBe(1); // a browser that does not say
});
