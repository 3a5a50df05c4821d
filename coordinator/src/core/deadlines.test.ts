import { expect, test } from "vitest";
import { Deadlines, type Timed } from "./deadlines.js";

const thing = (): Timed => ({ deadline: Number.POSITIVE_INFINITY, queuedAt: Number.POSITIVE_INFINITY });

test("things come due in order, once, at their present deadline", () => {
  const deadlines = new Deadlines<Timed>();
  const [a, b, c] = [thing(), thing(), thing()];
  deadlines.set(a, 30);
  deadlines.set(b, 10);
  deadlines.set(c, 20);
  deadlines.set(b, 40); // later
  deadlines.set(a, 5); // earlier
  expect(deadlines.due(4)).toEqual([]);
  expect(deadlines.due(20)).toEqual([a, c]);
  expect(deadlines.due(39)).toEqual([]);
  expect(deadlines.due(40)).toEqual([b]);
  expect(deadlines.next()).toBe(Number.POSITIVE_INFINITY);
});

test("a thing whose deadline was taken away never comes due, and is not held for long", () => {
  const deadlines = new Deadlines<Timed>();
  const kept = thing();
  deadlines.set(kept, 1e9);
  for (let i = 0; i < 10_000; i++) {
    const gone = thing();
    deadlines.set(gone, 1e6 + i);
    deadlines.set(gone, Number.POSITIVE_INFINITY);
    expect(deadlines.size).toBeLessThan(600);
  }
  expect(deadlines.due(1e9)).toEqual([kept]);
});
