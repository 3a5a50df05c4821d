/** Contract: order, all-or-none, and what is refused. */
import { expect, test } from "vitest";
import type { Write } from "../core/writes.js";
import type { UnderTest } from "./contract.js";
import { electronOf, eventOf, failureOf, grantOf, recordOf, report, statusOf, submit } from "./contract-samples.js";

export function orderContract(now: UnderTest): void {
  test("reads and commits take effect in the order they were called", async () => {
    const { store } = now();
    const states = [
      store.job("j1"),
      store.commit([submit()]),
      store.job("j1"),
      store.commit([{ type: "status", job: "j1", status: statusOf({ state: "running" }) }]),
      store.job("j1"),
    ];
    expect((await Promise.all(states)).map((entry) => entry?.status.state)).toEqual([
      undefined,
      undefined,
      "queued",
      undefined,
      "running",
    ]);
  });

  test("writes of one commit see those before them", async () => {
    const { store } = now();
    await store.commit([submit(), report(0), { type: "delete", job: "j1" }, submit({ owner: "bo" })]);
    expect(await store.saved("j1")).toMatchObject({ record: { owner: "bo" }, rows: [] });
  });

  test("a commit of nothing resolves, after those before it", async () => {
    const { store } = now();
    const order: string[] = [];
    const first = store.commit([submit()]).then(() => order.push("first"));
    await Promise.all([first, store.commit([]).then(() => order.push("nothing"))]);
    expect(order).toEqual(["first", "nothing"]);
  });

  test("a commit with one bad write applies none of it, wherever it stands", async () => {
    const { store } = now();
    await store.commit([submit(), { type: "grant", grant: grantOf(1) }]);
    const before = await store.saved("j1");
    const good: Write[] = [
      report(0),
      { type: "block", job: "j1", block: 0, aggregate: null },
      { type: "ungrant", lease: 1 },
      { type: "status", job: "j1", status: statusOf({ state: "running" }) },
      { type: "electron", electron: electronOf(3) },
      { type: "delete", job: "j1" },
      submit(),
    ];
    await expect(store.commit([...good, submit()])).rejects.toMatchObject({ name: "StoreError", code: "failed" });
    await expect(store.commit([submit(), ...good])).rejects.toMatchObject({ code: "failed" });
    expect(await store.saved("j1")).toEqual(before);
  });

  test("of commits made together only the bad one is refused", async () => {
    const { store } = now();
    await store.commit([submit()]);
    const settled = await Promise.allSettled([
      store.commit([report(0)]),
      store.commit([report(10), report(20, { job: "nowhere" })]),
      store.commit([report(30)]),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((await store.saved("j1"))?.rows.map(({ span }) => span.from)).toEqual([0, 30]);
  });
}

export function refusalContract(now: UnderTest): void {
  const elsewhere = { job: "nowhere" };
  const aboutNoJob: Write[] = [
    { type: "status", job: "nowhere", status: statusOf() },
    report(0, elsewhere),
    { type: "block", job: "nowhere", block: 0, aggregate: null },
    { type: "grant", grant: grantOf(1, elsewhere) },
    { type: "failure", failure: failureOf(1, 1, elsewhere) },
    { type: "electron", electron: electronOf(1, elsewhere) },
    { type: "event", event: eventOf(1, elsewhere) },
  ];
  test.each(aboutNoJob)("$type about a job that is not there is refused", async (write) => {
    await expect(now().store.commit([write])).rejects.toMatchObject({ code: "failed" });
  });

  test("a second submit, a lease granted twice and a number of an event used twice are refused", async () => {
    const { store } = now();
    const once: Write[] = [submit(), { type: "grant", grant: grantOf(1) }, { type: "event", event: eventOf(1) }];
    await store.commit(once);
    for (const write of once) await expect(store.commit([write])).rejects.toMatchObject({ code: "failed" });
  });

  test("the end of a lease or a job that is not there is no contradiction", async () => {
    await now().store.commit([
      { type: "ungrant", lease: 7 },
      { type: "delete", job: "nowhere" },
    ]);
  });

  test("integers up to 2^53 - 1 come back as they were; others are refused", async () => {
    const { store } = now();
    const max = Number.MAX_SAFE_INTEGER;
    const record = recordOf({ createdAt: max });
    const status = statusOf({ chunk: max, done: max, startedAt: 2 ** 31, endedAt: 2 ** 32 + 1 });
    await store.commit([
      { type: "submit", job: record, status },
      { type: "grant", grant: grantOf(max) },
    ]);
    await store.commit([report(2 ** 31 - 10)]);
    expect(await store.saved("j1")).toMatchObject({ record, status, grants: [{ lease: max }] });
    expect((await store.saved("j1"))?.rows[0]?.span).toEqual({ from: 2 ** 31 - 10, to: 2 ** 31 });
    for (const at of [0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])
      await expect(store.commit([report(0, { at })])).rejects.toMatchObject({ code: "failed" });
  });
}
