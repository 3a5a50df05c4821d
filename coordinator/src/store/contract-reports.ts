/** Contract: report rows, the blocks they merge into, and kept results. */
import { expect, test } from "vitest";
import type { UnderTest } from "./contract.js";
import { bytes, report, reportOf, reports, submit } from "./contract-samples.js";
import { PAGE_BYTES, type ResultRow, type Store } from "./store.js";

const MIB = 1024 * 1024;

export function reportContract(now: UnderTest): void {
  test("rows come back in the order of their commits, without results", async () => {
    const { store } = now();
    const rows = [reportOf(50, { block: 3 }), reportOf(0, { results: bytes(1, 2) }), reportOf(20, { aggregate: null })];
    await store.commit([submit(), ...rows.slice(0, 2).map((row) => ({ type: "report", row }) as const)]);
    await store.commit(rows.slice(2).map((row) => ({ type: "report", row })));
    const saved = await store.saved("j1");
    expect(saved?.rows).toEqual(rows.map(({ results: _, ...row }) => row));
    expect(saved?.keptBytes).toBe(2);
  });

  test("a finished block's rows become its aggregate, and only their results stay", async () => {
    const { store } = now();
    await store.commit([submit(), report(0), report(10, { results: bytes(1) }), report(70_000, { block: 1 })]);
    await store.commit([{ type: "block", job: "j1", block: 0, aggregate: bytes(42) }]);
    const saved = await store.saved("j1");
    expect(saved?.blocks).toEqual([{ block: 0, aggregate: bytes(42) }]);
    expect(saved?.rows.map(({ block }) => block)).toEqual([1]);
    expect(saved?.keptBytes).toBe(1);
    expect(await store.resultsByCommit("j1", { afterRow: 0, limit: 9 })).toMatchObject([
      { span: { from: 10, to: 20 } },
    ]);
  });

  test("blocks are ascending; one said again is replaced", async () => {
    const { store } = now();
    const blocks = [7, 2, 7].map((block, n) => ({ type: "block", job: "j1", block, aggregate: bytes(n) }) as const);
    await store.commit([submit(), ...blocks, { type: "block", job: "j1", block: 3, aggregate: null }]);
    expect((await store.saved("j1"))?.blocks).toEqual([
      { block: 2, aggregate: bytes(1) },
      { block: 3, aggregate: null },
      { block: 7, aggregate: bytes(2) },
    ]);
  });

  test("blocks of one number belong to their own jobs", async () => {
    const { store } = now();
    await store.commit([submit(), submit({ id: "j2" }), report(0), report(0, { job: "j2" })]);
    await store.commit([{ type: "block", job: "j1", block: 0, aggregate: null }]);
    expect(await store.saved("j2")).toMatchObject({ blocks: [], rows: [{ job: "j2" }] });
  });
}

export function resultContract(now: UnderTest): void {
  test("results by commit are numbered upwards, and paged by that number", async () => {
    const { store } = now();
    await store.commit([submit(), ...[20, 0, 10].map((from) => report(from, { results: bytes(from) }))]);
    const all = await store.resultsByCommit("j1", { afterRow: 0, limit: 9 });
    expect(all.map(({ span }) => span.from)).toEqual([20, 0, 10]);
    expect(all[0]).toEqual({
      row: all[0]?.row,
      span: { from: 20, to: 30 },
      identity: "vera",
      at: 2_000,
      results: bytes(20),
    });
    expect(await store.resultsByCommit("j1", { afterRow: all[0]?.row ?? 0, limit: 1 })).toEqual([all[1]]);
    expect(await store.resultsByCommit("j1", { afterRow: all[2]?.row ?? 0, limit: 1 })).toEqual([]);
  });

  test("row numbers are never used again, even when their job is deleted", async () => {
    const { store } = now();
    await store.commit([submit(), report(0, { results: bytes(1) })]);
    const [first] = await store.resultsByCommit("j1", { afterRow: 0, limit: 1 });
    await store.commit([{ type: "delete", job: "j1" }]);
    const reopened = await now().reopen();
    await reopened.commit([submit(), report(0, { results: bytes(1) })]);
    const [second] = await reopened.resultsByCommit("j1", { afterRow: 0, limit: 1 });
    expect(second?.row).toBeGreaterThan(first?.row ?? Number.NaN);
  });

  test("results by electron are those that overlap, in the order of electrons", async () => {
    const { store } = now();
    await store.commit([submit(), ...[40, 10, 0, 20].map((from) => report(from, { results: bytes(from) }))]);
    const froms = async (from: number, to: number, limit = 9) =>
      (await store.resultsByElectron("j1", { from, to, limit })).map(({ span }) => span.from);
    expect(await froms(0, 100)).toEqual([0, 10, 20, 40]);
    expect(await froms(10, 20)).toEqual([10]);
    expect(await froms(9, 21)).toEqual([0, 10, 20]);
    expect(await froms(15, 16)).toEqual([10]);
    expect(await froms(30, 40)).toEqual([]);
    expect(await froms(5, 100, 2)).toEqual([0, 10]);
  });

  test("results of a block that is finished and reached from the left are found", async () => {
    const { store } = now();
    const long = report(0, { span: { from: 0, to: 4_096 }, results: bytes(1) });
    await store.commit([submit(), long, report(4_096, { results: bytes(2) })]);
    await store.commit([{ type: "block", job: "j1", block: 0, aggregate: null }]);
    const page = await store.resultsByElectron("j1", { from: 4_095, to: 4_096, limit: 9 });
    expect(page.map(({ span }) => span.from)).toEqual([0]);
  });
}

export function largeRowContract(now: UnderTest): void {
  test("a row of 1 MiB and one of nothing come back as they were", async () => {
    const { store } = now();
    const large = new Uint8Array(MIB).map((_, n) => n % 251);
    await store.commit([submit(), report(0, { results: large, aggregate: large }), report(10, { results: bytes() })]);
    expect(same((await store.saved("j1"))?.rows[0]?.aggregate, large)).toBe(true);
    const [first] = await store.resultsByElectron("j1", { from: 0, to: 10, limit: 9 });
    const [second] = await store.resultsByElectron("j1", { from: 10, to: 20, limit: 9 });
    expect(same(first?.results, large)).toBe(true);
    expect(second?.results).toEqual(bytes());
  });

  test("bytes are taken from a view as they are, whatever else lies in its buffer", async () => {
    const { store } = now();
    const view = Uint8Array.from([1, 2, 3, 4]).subarray(1, 3);
    await store.commit([submit({ spec: view }), report(0, { results: view })]);
    expect((await store.job("j1"))?.record.spec).toEqual(bytes(2, 3));
    expect((await store.resultsByCommit("j1", { afterRow: 0, limit: 1 }))[0]?.results).toEqual(bytes(2, 3));
  });

  test("a commit of 10,000 rows comes back whole, page by page", async () => {
    const { store } = now();
    await store.commit([submit(), ...reports(10_000, 20)]);
    expect((await store.saved("j1"))?.rows).toHaveLength(10_000);
    const all = await pages(store, 3_000);
    expect(all.map(({ span }) => span.from)).toEqual(Array.from({ length: 10_000 }, (_, n) => n * 10));
  });

  test("a page of large results ends early, and the next goes on where it ended", async () => {
    const { store } = now();
    await store.commit([submit(), ...reports(10, PAGE_BYTES / 4)]);
    const page = await store.resultsByCommit("j1", { afterRow: 0, limit: 100 });
    expect(page).toHaveLength(4);
    const byElectron = await store.resultsByElectron("j1", { from: 0, to: 100, limit: 100 });
    expect(byElectron.map(({ row }) => row)).toEqual(page.map(({ row }) => row));
    await store.commit([report(100, { results: bytes(1) })]);
    expect(await pages(store, 100)).toHaveLength(11);
  });
}

/** `toEqual` takes seconds for a megabyte. */
function same(a: Uint8Array | null | undefined, b: Uint8Array): boolean {
  return a instanceof Uint8Array && Buffer.compare(a, b) === 0;
}

async function pages(store: Store, limit: number): Promise<ResultRow[]> {
  const all: ResultRow[] = [];
  for (;;) {
    const page = await store.resultsByCommit("j1", { afterRow: all.at(-1)?.row ?? 0, limit });
    if (page.length === 0) return all;
    all.push(...page);
  }
}
