/** Events as streams over the whole coordinator in memory: what readers see is what was committed, whatever happens to either. */
import { GridError } from "@valence/shared/errors";
import type { JobEvent, JobSnapshot } from "@valence/shared/job-event";
import { hasEnded, JOB_STATES, type JobState } from "@valence/shared/job-state";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Caller, EventFrame } from "../api.js";
import type { EventRow } from "../core/writes.js";
import { ADA, MemoryGrid } from "../testing/memory-grid.js";
import { NOBODY } from "../tokens.js";
import { eventStream, FRAME_EVENTS_MAX } from "./events.js";
import type { Found } from "./jobs.js";

const KEPT = 12;

let grid: MemoryGrid;
const readers: Reader[] = [];
beforeEach(async () => {
  grid = await MemoryGrid.open({ eventsKeptMax: KEPT });
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.leave();
  await grid.close();
});

/** Reads at its own pace, leaves and comes back with the number of what it saw last, and checks all that it is shown. */
class Reader {
  /** Everything shown, resets and the end included. */
  readonly seen: (JobEvent | ({ readonly kind: "reset" | "end" } & JobSnapshot))[] = [];
  at: number;
  readonly #job: string;
  readonly #caller: Caller;
  #left = new AbortController();
  #frames: AsyncIterator<EventFrame> | null = null;

  constructor(job: string, { since = 0, caller = ADA }: { since?: number; caller?: Caller } = {}) {
    this.at = since;
    this.#job = job;
    this.#caller = caller;
    readers.push(this);
  }

  get over(): boolean {
    return this.seen.at(-1)?.kind === "end";
  }

  /** The next frame; null when none can come, for the coordinator has stopped. */
  async next(): Promise<EventFrame | null> {
    const { signal } = this.#left;
    if (this.#frames === null) {
      const stream = await grid.coordinator.events(this.#job, { since: this.at }, this.#caller, signal);
      this.#frames = stream.frames[Symbol.asyncIterator]();
    }
    try {
      const { value } = await this.#frames.next();
      if (value) this.#take(value);
      return value ?? null;
    } catch (error) {
      if (!(error instanceof GridError) || error.code !== "draining") throw error;
      this.leave();
      return null;
    }
  }

  leave(): void {
    this.#left.abort();
    this.#left = new AbortController();
    this.#frames = null;
  }

  async toEnd(): Promise<void> {
    while (!this.over) await this.next();
  }

  #take(frame: EventFrame): void {
    if (frame.type === "events") {
      for (const event of frame.events) {
        expect(event.number).toBe(this.at + 1);
        this.at = event.number;
        this.seen.push(event);
      }
      return;
    }
    const { type: kind, number, view } = frame;
    if (kind === "end") expect(number).toBe(this.at);
    this.at = number;
    this.seen.push({ kind, number, view });
  }
}

async function submit(items: number, more: object = {}): Promise<string> {
  const input = { range: { from: 0, to: items, chunk: 1 } };
  const policy = { onFailure: { tolerate: 1 } };
  const id = await grid.submit({ input, reduce: "sum", policy, ...more });
  await grid.rest();
  return id;
}

/** The job's state after its first `number` events, as they were committed. */
function stateAfter(number: number): JobState | undefined {
  const states = grid.told.slice(0, number).map(({ kind }) => kind as JobState);
  return states.findLast((kind) => JOB_STATES.includes(kind));
}

/** Everything that a reader was shown is what was committed, and nothing was shown before. */
function expectTruth({ seen }: Reader): void {
  for (const each of seen) {
    const row = grid.told[each.number - 1] as EventRow;
    if ("view" in each) expect(each.view.state).toBe(stateAfter(each.number));
    else expect([each.number, Date.parse(each.at), each.kind]).toEqual([row.number, row.at, row.kind]);
  }
}

describe("a reader", () => {
  test("[W1] gets what is kept after its number, then what comes, and the job as it ended", async () => {
    const job = await submit(4);
    const reader = new Reader(job, { since: 1 });
    await reader.next();
    expect(reader.seen).toEqual([{ number: 2, at: expect.any(String), kind: "running" }]);
    await grid.work(4, 1);
    await reader.toEnd();
    expect(reader.seen.slice(1)).toMatchObject([
      { number: 3, kind: "block", block: 0, from: 0, to: 4 },
      { number: 4, kind: "succeeded", stopped: false },
      { number: 4, kind: "end", view: { state: "succeeded", result: 4, progress: { done: 4 } } },
    ]);
  });

  test("[S10] is told when a job is stopped early", async () => {
    const policy = { stopWhen: { halfWidth: 0.1 } };
    const reader = new Reader(await submit(1_000, { reduce: "mean", policy }));
    await grid.work(100, 7);
    await reader.toEnd();
    expect(reader.seen.slice(-2)).toMatchObject([
      { kind: "succeeded", stopped: true },
      { kind: "end", view: { stopped: true } },
    ]);
  });

  test("[W1] who knows all of an ended job learns that it is over; a retry goes on with the numbers", async () => {
    const job = await submit(1, { policy: {} });
    grid.fail();
    await grid.rest();
    const over = async (since: number) =>
      (await grid.coordinator.events(job, { since }, ADA, new AbortController().signal)).over;
    const { length } = grid.told;
    expect([await over(length - 1), await over(length), await over(length + 1)]).toEqual([false, true, false]);
    const reader = new Reader(job, { since: length });
    await grid.coordinator.retry(job, 0, ADA);
    await grid.work(1, 7);
    await reader.toEnd();
    expect(reader.seen).toMatchObject([
      { number: length + 1, kind: "act", act: "retry", electron: 0 },
      { kind: "running" },
      { kind: "block" },
      { kind: "succeeded" },
      { kind: "end", view: { result: 7 } },
    ]);
  });

  test("[W2] one past what is kept, and one past what has been, gets the job as it is and what follows", async () => {
    const job = await submit(1);
    while (grid.told.length < KEPT + 1) {
      await grid.coordinator.pause(job, ADA);
      await grid.coordinator.resume(job, ADA);
    }
    const { length } = grid.told;
    const [kept, older, never] = [length - KEPT, length - KEPT - 1, length + 1].map(
      (since) => new Reader(job, { since }),
    );
    for (const reader of [kept, older, never]) await reader?.next();
    expect(kept?.seen.map(({ number }) => number)).toEqual(
      Array.from({ length: KEPT }, (_, n) => n + 1 + length - KEPT),
    );
    const reset = { kind: "reset", number: length, view: { id: job, state: "running" } };
    expect([older?.seen, never?.seen]).toMatchObject([[reset], [reset]]);
    await grid.coordinator.cancel(job, ADA);
    for (const reader of [kept, older, never]) {
      await reader?.toEnd();
      expect(reader?.seen.slice(-3)).toMatchObject([
        { number: length + 1, kind: "act", act: "cancel" },
        { number: length + 2, kind: "cancelled" },
        { kind: "end", view: { state: "cancelled" } },
      ]);
    }
  });

  test("gets many events in frames of bounded size", async () => {
    await grid.close();
    grid = await MemoryGrid.open({ eventsKeptMax: 10_000 });
    const job = await submit(FRAME_EVENTS_MAX + 1, { policy: { onFailure: { tolerate: 1 }, attemptsMax: 1 } });
    await grid.work(FRAME_EVENTS_MAX + 1, "no number");
    const reader = new Reader(job);
    const sizes: number[] = [];
    for (let frame = await reader.next(); frame?.type === "events"; frame = await reader.next())
      sizes.push(frame.events.length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(grid.told.length);
    expect(Math.max(...sizes)).toBe(FRAME_EVENTS_MAX);
  });

  test("[S7] is shown no event that the job does not show yet", async () => {
    const job = await submit(1);
    const find = async () => ({ newest: () => 1, status: { state: "queued" } }) as Found;
    const source = { job, store: grid.store, owned: true, find, more: async () => false };
    const { frames } = await eventStream(source, 0, new AbortController().signal);
    expect(grid.told.map(({ kind }) => kind)).toEqual(["queued", "running"]);
    expect((await frames[Symbol.asyncIterator]().next()).value).toMatchObject({ events: [{ kind: "queued" }] });
  });

  test("[W4] learns why and by whom only with the token of the owner or the operator", async () => {
    const job = await submit(2);
    grid.fail();
    await grid.rest();
    await grid.coordinator.cancel(job, ADA);
    const kinds = async (caller: Caller) => {
      const reader = new Reader(job, { caller });
      await reader.toEnd();
      return reader.seen.filter(({ kind }) => kind === "dead_letter" || kind === "act");
    };
    const owned = [
      { kind: "dead_letter", letter: { electron: 0, code: "error", message: "boom" } },
      { kind: "act", act: "cancel", electron: null, by: "01234567" },
    ];
    expect(await kinds(ADA)).toMatchObject(owned);
    expect(await kinds({ ...ADA, admin: false })).toMatchObject(owned);
    for (const stranger of [NOBODY, { owner: "fedcba9876543210", admin: false }]) {
      expect(await kinds(stranger)).toMatchObject([
        { kind: "dead_letter", letter: null },
        { kind: "act", act: "cancel", by: null },
      ]);
    }
  });

  test("[W4] of a private job is its owner or the operator", async () => {
    const job = await submit(1, { private: true });
    await expect(new Reader(job, { caller: NOBODY }).next()).rejects.toMatchObject({ code: "unknown_job" });
    await new Reader(job).next();
  });

  test("of a job that is deleted while it reads is told so", async () => {
    const job = await submit(1);
    const reader = new Reader(job);
    await reader.next();
    await grid.coordinator.cancel(job, ADA);
    await grid.coordinator.delete(job, ADA);
    await expect(reader.next()).rejects.toMatchObject({ code: "unknown_job" });
  });
});

const step = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom("pause", "resume", "fail", "retry", "restart", "forget") },
  { weight: 3, arbitrary: fc.record({ work: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ reader: fc.nat(2), act: fc.constantFrom("read", "leave") }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(job: string, each: Step): Promise<void> {
  if (each === "restart") await grid.restart();
  else if (each === "forget") await grid.store.forgetEvents({ endedBefore: Number.MAX_SAFE_INTEGER, limit: 3 });
  else if (each === "fail") grid.fail();
  else if (typeof each === "string")
    await grid.coordinator[each as "pause"](job, ADA).catch(() => {}); // It may have ended.
  else if ("work" in each) await grid.work(each.work, 1);
  else if (each.act === "leave") readers[each.reader]?.leave();
  else if (!readers[each.reader]?.over) void readers[each.reader]?.next();
  await grid.rest();
}

test("[W3] however a job goes, and whenever its readers leave: each ends with the exact final state, and sees only what was", async () => {
  const worlds = fc.asyncProperty(
    fc.array(step, { maxLength: 40 }),
    fc.integer({ min: 1, max: 8 }),
    async (steps, items) => {
      grid = await MemoryGrid.open({ eventsKeptMax: KEPT });
      try {
        const job = await submit(items);
        readers.splice(0, Number.POSITIVE_INFINITY, new Reader(job), new Reader(job), new Reader(job, { since: 3 }));
        for (const each of steps) await take(job, each);
        await grid.coordinator.cancel(job, ADA);
        await grid.rest();
        const final = await grid.coordinator.job(job, ADA);
        expect(hasEnded(final.state)).toBe(true);
        for (const reader of readers) {
          await reader.toEnd();
          expectTruth(reader);
          expect(reader.seen.at(-1)).toEqual({ kind: "end", number: grid.told.length, view: final });
        }
      } finally {
        for (const reader of readers.splice(0)) reader.leave();
        await grid.close();
      }
    },
  );
  await fc.assert(worlds, { numRuns: 500 });
});
