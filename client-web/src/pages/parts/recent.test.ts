import { expect, test } from "vitest";
import { Recent } from "./recent.js";

test("at its limit all are there, and one past it the one that was not set for the longest time is gone", () => {
  const recent = new Recent<string, number>(3);
  for (const [i, key] of ["a", "b", "c"].entries()) recent.set(key, i);
  recent.set("a", 9);
  expect(recent.entries()).toEqual([
    ["b", 1],
    ["c", 2],
    ["a", 9],
  ]);
  recent.set("d", 4);
  expect([recent.get("b"), recent.get("a"), recent.entries().length]).toEqual([undefined, 9, 3]);
});

test("what it begins with is no more than it holds", () => {
  const many = Array.from({ length: 500 }, (_, i) => [`entry ${i}`, i] as const);
  expect(new Recent(100, many).entries()).toEqual(many.slice(-100));
});
