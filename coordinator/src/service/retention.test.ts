import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryLog } from "../testing/http-grid.js";
import { EVENTS_KEPT_MS, Retention } from "./retention.js";

const HOUR_MS = 3_600_000;

type Query = { endedBefore: number; limit: number };

let retention: Retention;
let logged: Record<string, unknown>[];
let asked: Query[];
beforeEach(() => {
  vi.useFakeTimers({ now: 10 * EVENTS_KEPT_MS });
  logged = [];
  asked = [];
});
afterEach(() => {
  retention.close();
  vi.useRealTimers();
});

/** What the store has left to do, by the number of the call. */
function start(answer: (nth: number) => boolean): void {
  const forgetEvents = async (query: Query) => {
    asked.push(query);
    return answer(asked.length);
  };
  retention = new Retention({ store: { forgetEvents }, log: memoryLog(logged) });
}

test("[S9] events are forgotten in small commits once their job ended more than 7 days ago; looked for at the start and each hour", async () => {
  start((nth) => nth < 3);
  await vi.advanceTimersByTimeAsync(HOUR_MS - 1);
  expect(asked).toEqual(Array(3).fill({ endedBefore: 9 * EVENTS_KEPT_MS, limit: 500 }));
  await vi.advanceTimersByTimeAsync(1);
  expect(asked[3]).toEqual({ endedBefore: 9 * EVENTS_KEPT_MS + HOUR_MS, limit: 500 });
  expect(EVENTS_KEPT_MS).toBe(7 * 24 * HOUR_MS);
});

test("a store that refuses is asked again an hour later, and the log says so", async () => {
  start((nth) => {
    if (nth === 1) throw new Error("the disk is full");
    return false;
  });
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  expect(asked).toHaveLength(2);
  expect(logged).toMatchObject([{ event: "events_not_forgotten" }]);
});

test("after the end nothing is asked any more", async () => {
  start(() => true);
  retention.close();
  await vi.advanceTimersByTimeAsync(2 * HOUR_MS);
  expect(asked).toHaveLength(1);
});
