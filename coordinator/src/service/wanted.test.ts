import { performance } from "node:perf_hooks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WANTED_MS, Wanted } from "./wanted.js";

const [OLD, NEW] = ["pi@sha256-00", "pi@sha256-01"];

let wanted: Wanted;
let now: number;
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  wanted = new Wanted();
});
afterEach(() => void vi.restoreAllMocks());

test("a version that was asked for is wanted for an hour since, and no other one", () => {
  wanted.add(OLD);
  now += WANTED_MS - 1;
  expect([wanted.has(OLD), wanted.has(NEW)]).toEqual([true, false]);
  now += 1;
  expect(wanted.has(OLD)).toBe(false);
  wanted.add(OLD);
  now += WANTED_MS - 1;
  wanted.add(NEW);
  expect([wanted.has(OLD), wanted.has(NEW)]).toEqual([true, true]);
});

test("every version of a name is wanted until the last request for it is answered", async () => {
  const ends: (() => void)[] = [];
  const asked = () => wanted.during("pi", () => new Promise<void>((resolve) => ends.push(resolve)));
  const both = [asked(), asked()];
  ends[0]?.();
  await both[0];
  expect([wanted.has(OLD), wanted.has("e@sha256-00")]).toEqual([true, false]);
  ends[1]?.();
  await both[1];
  expect(wanted.has(OLD)).toBe(false);
});
