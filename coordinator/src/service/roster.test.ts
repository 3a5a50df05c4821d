import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Caller, JobsFrame } from "../api.js";
import { ADA, MemoryGrid } from "../testing/memory-grid.js";
import { NOBODY } from "../tokens.js";
import type { Found } from "./jobs.js";
import { ROSTER_CHANGES_MAX, ROSTER_INTERVAL_MS, Roster } from "./roster.js";

let grid: MemoryGrid;
let left: AbortController;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  left = new AbortController();
  grid = await MemoryGrid.open({ eventsKeptMax: 10_000 });
});
afterEach(async () => {
  left.abort();
  await grid.close();
  vi.useRealTimers();
});

const follow = (caller: Caller = ADA) => grid.coordinator.watchJobs(caller, left.signal)[Symbol.asyncIterator]();

const submit = (more: object = {}) => grid.submit({ input: { list: [1, 2] }, reduce: "sum", ...more });

/** What the follower is told next, in short. */
async function told(frames: AsyncIterator<JobsFrame>): Promise<string> {
  const next = frames.next();
  await grid.rest();
  await vi.advanceTimersByTimeAsync(ROSTER_INTERVAL_MS);
  const { value } = await next;
  const shown = (value.items ?? value.changed).map((job: { id: string; state: string }) => `${job.id} ${job.state}`);
  return [value.type, ...shown, ...(value.deleted ?? [])].join(", ");
}

test("[W5] who follows the list is told what it is, then what is added, changed, ended and deleted", async () => {
  const first = await submit();
  const frames = follow();
  expect(await told(frames)).toBe(`reset, ${first} running`);
  const second = await submit({ name: "second" });
  expect(await told(frames)).toBe(`changes, ${second} queued`);
  await grid.work(2, 7);
  expect(await told(frames)).toBe(`changes, ${first} succeeded, ${second} running`);
  await grid.coordinator.delete(first, ADA);
  expect(await told(frames)).toBe(`changes, ${first}`);
  expect(await told(follow())).toBe(`reset, ${second} running`);
});

test("[W5] many changes are told as one, the latest, without the aggregate", async () => {
  const frames = follow();
  await told(frames);
  const id = await submit();
  for (let n = 0; n < 5; n++) {
    await grid.coordinator.pause(id, ADA);
    await grid.coordinator.resume(id, ADA);
  }
  await grid.coordinator.pause(id, ADA);
  const next = frames.next();
  await vi.advanceTimersByTimeAsync(ROSTER_INTERVAL_MS);
  const { value } = await next;
  expect(value.changed).toMatchObject([{ id, state: "paused", progress: { total: 2 } }]);
  expect(value.changed[0]).not.toHaveProperty("result");
});

test("[W5] private jobs are told to those who may see them, from their beginning to their deletion", async () => {
  const [mine, anyone] = [follow(), follow(NOBODY)];
  await Promise.all([mine.next(), anyone.next()]);
  const seen: JobsFrame[] = [];
  void anyone.next().then(({ value }) => seen.push(value));
  const id = await submit({ private: true });
  expect(await told(mine)).toBe(`changes, ${id} running`);
  await grid.coordinator.cancel(id, ADA);
  expect(await told(mine)).toBe(`changes, ${id} cancelled`);
  await grid.coordinator.delete(id, ADA);
  expect(await told(mine)).toBe(`changes, ${id}`);
  expect(seen).toEqual([]);
  expect(await told(follow(NOBODY))).toBe("reset");
});

test("[W5] [M1] who has missed more changes than are remembered gets the list anew", async () => {
  const missed = async (jobs: number) => {
    const frames = follow();
    await frames.next();
    for (let n = 0; n < jobs; n++) await submit();
    return (await told(frames)).split(", ");
  };
  expect(await missed(ROSTER_CHANGES_MAX)).toMatchObject({ 0: "changes", length: 1 + ROSTER_CHANGES_MAX });
  expect(await missed(ROSTER_CHANGES_MAX + 1)).toMatchObject({ 0: "reset", length: 201 });
});

test("[H9] a follower that does not read costs nothing, and then gets the latest alone", async () => {
  const frames = follow();
  await frames.next();
  const id = await submit();
  for (let n = 0; n < 3; n++) {
    await (n % 2 === 0 ? grid.coordinator.pause(id, ADA) : grid.coordinator.resume(id, ADA));
    await vi.advanceTimersByTimeAsync(ROSTER_INTERVAL_MS);
  }
  expect(await told(frames)).toBe(`changes, ${id} paused`);
});

describe("what is remembered of a change", () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const gone = (object: WeakRef<object> | undefined) =>
    vi.waitFor(() => {
      collect();
      expect(object?.deref()).toBeUndefined();
    });

  /** A roster that was told of a change, and what it found of it. */
  async function toldOnce() {
    const made: { found?: WeakRef<Found>; summary?: WeakRef<object> } = {};
    const real = await grid.coordinator.job(await submit(), ADA);
    const roster = new Roster({
      page: async () => ({ items: [], next: null }),
      find: async () => {
        const summary = { ...real };
        const found = { spec: { owner: ADA.owner, private: false }, summary: () => summary } as unknown as Found;
        made.found = new WeakRef(found);
        made.summary = new WeakRef(summary);
        return found;
      },
    });
    const frames = roster.frames(ADA, left.signal);
    await frames.next();
    roster.note(real.id);
    expect(await told(frames)).toBe(`changes, ${real.id} running`);
    return { roster, frames, made };
  }

  test("is what is told, and not the job with its aggregate", async () => {
    const { roster, made } = await toldOnce();
    await gone(made.found);
    expect(made.summary?.deref()).toBeDefined();
    roster.close();
  });

  test("goes with the last follower, and the next one begins with the list", async () => {
    const { roster, frames, made } = await toldOnce();
    const timers = vi.getTimerCount();
    roster.note("unpublished");
    expect(vi.getTimerCount()).toBe(timers + 1);
    await frames.return(undefined);
    await gone(made.summary);
    expect(vi.getTimerCount()).toBe(timers);
    const others = roster.frames(ADA, left.signal);
    expect(await told(others)).toBe("reset");
    roster.note("again");
    expect(await told(others)).toMatch(/^changes, \S+ running$/);
    roster.close();
  });
});

test("a follower that leaves, or a coordinator that stops, ends the stream", async () => {
  const frames = follow();
  await frames.next();
  const next = frames.next();
  await grid.close();
  await expect(next).rejects.toMatchObject({ code: "draining" });
  grid = await MemoryGrid.open({ eventsKeptMax: 10 });
  const others = follow();
  await others.next();
  const rest = others.next();
  left.abort();
  expect(await rest).toEqual({ value: undefined, done: true });
});
