import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryLog } from "../testing/http-grid.js";
import { Expiry } from "./expiry.js";

let logged: Record<string, unknown>[];
beforeEach(() => {
  vi.useFakeTimers();
  logged = [];
});
afterEach(() => vi.useRealTimers());

test("everything is looked after at the start and every minute, and what fails is tried again", async () => {
  const [first, second] = [vi.fn(async () => {}), vi.fn(async () => {})];
  first.mockRejectedValueOnce(new Error("the disk is full"));
  const expiry = new Expiry([first, second], memoryLog(logged));
  await vi.advanceTimersByTimeAsync(0);
  expect([first, second].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
  expect(logged).toMatchObject([{ event: "expiry_failed", error: { message: "the disk is full" } }]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([first, second].map(({ mock }) => mock.calls.length)).toEqual([2, 1]);
  expiry.close();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(first).toHaveBeenCalledTimes(2);
});

test("a sweep that takes long is not overtaken, and what it says after the end is not logged", async () => {
  let fail = (_: Error) => {};
  const slow = vi.fn(() => new Promise<void>((_, reject) => (fail = reject)));
  const expiry = new Expiry([slow], memoryLog(logged));
  await vi.advanceTimersByTimeAsync(180_000);
  expect(slow).toHaveBeenCalledTimes(1);
  expiry.close();
  fail(new Error("the store is closed"));
  await vi.advanceTimersByTimeAsync(0);
  expect(logged).toEqual([]);
});
