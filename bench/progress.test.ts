import { expect, test } from "vitest";
import { rateBetween } from "./progress.js";

const seen = [
  { at: 1_000, done: 0 },
  { at: 1_100, done: 10 },
  { at: 1_900, done: 90 },
  { at: 2_100, done: 100 },
];

test("the pace of a part is that between the first views which show its beginning and its end", () => {
  expect(rateBetween(seen, 0, 100)).toBeCloseTo(100 / 1.1);
  expect(rateBetween(seen, 0, 10)).toBeCloseTo(100);
  expect(rateBetween(seen, 90, 100)).toBeCloseTo(50);
});

test("a part in which no view fell has no pace", () => {
  const few = seen.filter(({ done }) => done !== 90);
  expect(rateBetween(few, 90, 100)).toBeNull();
  expect(rateBetween([], 0, 1)).toBeNull();
});

test("views that lie too far apart for a part say nothing of it", () => {
  const upTo = (done: number) => [
    { at: 1_000, done: 0 },
    { at: 2_000, done },
  ];
  expect(rateBetween(upTo(20), 0, 10)).toBeCloseTo(20);
  expect(rateBetween(upTo(21), 0, 10)).toBeNull();
});
