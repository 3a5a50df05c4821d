import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openCoordinator } from "../open-coordinator.js";
import { eventOf, statusOf, submit } from "../store/contract-samples.js";
import { memoryStore } from "../store/memory.js";
import { memoryLog } from "../testing/http-grid.js";
import { EVENTS_KEPT_MS, forgetOldEvents } from "./retention.js";

const NOW = 10 * EVENTS_KEPT_MS;

beforeEach(() => void vi.spyOn(Date, "now").mockReturnValue(NOW));
afterEach(() => void vi.restoreAllMocks());

test("[S9] events are forgotten in small commits once their job ended more than 7 days ago", async () => {
  const asked: unknown[] = [];
  const forgetEvents = async (query: unknown) => asked.push(query) < 3;
  await forgetOldEvents({ forgetEvents });
  expect(asked).toEqual(Array(3).fill({ endedBefore: NOW - EVENTS_KEPT_MS, limit: 500 }));
  expect(EVENTS_KEPT_MS).toBe(7 * 24 * 60 * 60 * 1_000);
});

test("[S9] a coordinator forgets them by itself: at the limit none, one past it all but the newest", async () => {
  const store = memoryStore();
  const ended = (id: string, endedAt: number) => [
    submit({ id }),
    ...[1, 2, 3].map((number) => ({ type: "event", event: eventOf(number, { job: id }) }) as const),
    { type: "status", job: id, status: statusOf({ state: "failed", endedAt }) } as const,
  ];
  await store.commit([...ended("at", NOW - EVENTS_KEPT_MS), ...ended("past", NOW - EVENTS_KEPT_MS - 1)]);
  const coordinator = await openCoordinator({ store, log: memoryLog([]) });
  const numbers = async (job: string) => (await store.events(job, { since: 0, limit: 9 })).map(({ number }) => number);
  await vi.waitFor(async () => expect(await numbers("past")).toEqual([3]));
  expect(await numbers("at")).toEqual([1, 2, 3]);
  await coordinator.close();
});
