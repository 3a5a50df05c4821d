import { expect, test } from "vitest";
import { places, type Rate, rate, type Visitor } from "./rate.js";

async function visits(limit: Rate, visitor: Visitor, times: number): Promise<number[]> {
  return Promise.all(Array.from({ length: times }, () => limit(visitor)));
}

test("an address has its visits a second, and waits at most a second for the next", async () => {
  const limit = rate(20);
  const waits = await visits(limit, { address: "203.0.113.5", owner: null }, 21);
  expect(waits.slice(0, 20)).toEqual(Array(20).fill(0));
  expect(waits[20]).toBeGreaterThan(0);
  expect(waits[20]).toBeLessThanOrEqual(1_000);
});

test("loopback has ten times as many", async () => {
  const waits = await visits(rate(20), { address: "::1", owner: null }, 201);
  expect(waits.filter((wait) => wait === 0)).toHaveLength(200);
});

test("a token is counted apart from its address, and as one from two addresses", async () => {
  const limit = rate(2);
  await visits(limit, { address: "203.0.113.5", owner: null }, 3);
  expect(await limit({ address: "203.0.113.5", owner: "abc" })).toBe(0);
  expect(await limit({ address: "203.0.113.6", owner: "abc" })).toBe(0);
  expect(await limit({ address: "203.0.113.7", owner: "abc" })).toBeGreaterThan(0);
});

test("one address does not slow another", async () => {
  const limit = rate(1);
  await visits(limit, { address: "203.0.113.5", owner: null }, 2);
  expect(await limit({ address: "203.0.113.6", owner: null })).toBe(0);
});

test("a visitor has so many places at a time, ten times as many on loopback, and a place that is left is free", () => {
  const take = places(2);
  const far = { address: "203.0.113.5", owner: null };
  const [first, second] = [take(far), take(far)];
  expect(take(far)).toBeNull();
  expect(take({ ...far, owner: "abc" })).not.toBeNull();
  first?.();
  expect(take(far)).not.toBeNull();
  expect(take(far)).toBeNull();
  second?.();
  const near = Array.from({ length: 21 }, () => take({ address: "127.0.0.1", owner: null }));
  expect(near.filter((leave) => leave === null)).toHaveLength(1);
});
