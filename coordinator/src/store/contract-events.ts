/** Contract: numbered events, how many are kept and for how long. */
import { expect, test } from "vitest";
import type { Write } from "../core/writes.js";
import type { UnderTest } from "./contract.js";
import { eventOf, statusOf, submit } from "./contract-samples.js";
import { EVENTS_KEPT_MAX, type Store } from "./store.js";

export function eventContract(now: UnderTest): void {
  test("events come in order, in pages, each job's own", async () => {
    const { store } = now();
    await store.commit([submit(), submit({ id: "j2" })]);
    const events = [eventOf(1, { body: '{"state":"running"}' }), eventOf(2), eventOf(3, { kind: "block" })];
    await store.commit([...events, eventOf(1, { job: "j2" })].map((event) => ({ type: "event", event })));
    expect(await store.events("j1", { since: 0, limit: 2 })).toEqual(events.slice(0, 2));
    expect(await store.events("j1", { since: 2, limit: 2 })).toEqual(events.slice(2));
    expect(await store.events("j2", { since: 0, limit: 9 })).toHaveLength(1);
    expect((await store.saved("j1"))?.lastEvent).toBe(3);
    expect((await store.jobs({ limit: 2 })).map(({ lastEvent }) => lastEvent)).toEqual([1, 3]);
  });

  test("[S9] of a job's events the newest 10,000 are kept", async () => {
    const { store } = now();
    const events = Array.from({ length: EVENTS_KEPT_MAX + 1 }, (_, n) => eventOf(n + 1));
    await store.commit([submit(), ...events.slice(0, -1).map((event) => ({ type: "event", event }) as const)]);
    expect((await store.events("j1", { since: 0, limit: 1 }))[0]?.number).toBe(1);
    await store.commit([{ type: "event", event: eventOf(EVENTS_KEPT_MAX + 1) }]);
    const kept = await store.events("j1", { since: 0, limit: 2 * EVENTS_KEPT_MAX });
    expect([kept.length, kept[0]?.number, kept.at(-1)?.number]).toEqual([EVENTS_KEPT_MAX, 2, EVENTS_KEPT_MAX + 1]);
  });

  test("[S9] events of jobs that ended before a time are forgotten, all but the newest, so many at once", async () => {
    const { store } = now();
    await store.commit([...endedAt("old", 1_000), ...endedAt("older", 999), ...endedAt("young", 1_001), submit()]);
    await store.commit([1, 2].map((number) => ({ type: "event", event: eventOf(number) })));
    const kept = async () =>
      (await Promise.all(["older", "old", "young", "j1"].map((id) => numbers(store, id)))).join();
    expect(await store.forgetEvents({ endedBefore: 999, limit: 9 })).toBe(false);
    expect(await kept()).toBe("1 2 3,1 2 3,1 2 3,1 2");
    expect(await store.forgetEvents({ endedBefore: 1_000, limit: 1 })).toBe(true);
    expect(await kept()).toBe("2 3,1 2 3,1 2 3,1 2");
    while (await store.forgetEvents({ endedBefore: 1_001, limit: 2 }));
    expect(await kept()).toBe("3,3,1 2 3,1 2");
    expect((await store.job("old"))?.lastEvent).toBe(3);
  });

  test("[S9] events of a job that was reopened are kept, until it has ended again", async () => {
    const { store } = now();
    await store.commit([
      ...endedAt("j1", 1_000),
      { type: "status", job: "j1", status: statusOf({ state: "running" }) },
    ]);
    await store.forgetEvents({ endedBefore: 9_000, limit: 9 });
    expect(await numbers(store, "j1")).toBe("1 2 3");
    await store.commit([{ type: "status", job: "j1", status: statusOf({ state: "failed", endedAt: 5_000 }) }]);
    await store.forgetEvents({ endedBefore: 5_000, limit: 9 });
    expect(await numbers(store, "j1")).toBe("1 2 3");
    const reopened = await now().reopen();
    await reopened.forgetEvents({ endedBefore: 5_001, limit: 9 });
    expect(await numbers(reopened, "j1")).toBe("3");
  });
}

/** A job that has had three events and ended. */
function endedAt(id: string, at: number): Write[] {
  const events = [1, 2, 3].map((number) => ({ type: "event", event: eventOf(number, { job: id }) }) as const);
  return [submit({ id }), ...events, { type: "status", job: id, status: statusOf({ state: "failed", endedAt: at }) }];
}

async function numbers(store: Store, job: string): Promise<string> {
  return (await store.events(job, { since: 0, limit: 9 })).map(({ number }) => number).join(" ");
}
