/**
 * What every store must hold, as tests: the model in memory, SQLite and whatever comes later run the same ones.
 * A store's own file tests what is its own: locks, files, killed processes.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { orderContract, refusalContract } from "./contract-commits.js";
import { eventContract } from "./contract-events.js";
import { deleteContract, electronContract, jobContract } from "./contract-jobs.js";
import { largeRowContract, reportContract, resultContract } from "./contract-reports.js";
import { atomOf, bytes, grantOf, PI, report, submit } from "./contract-samples.js";
import { keyContract, uploadContract } from "./contract-uploads.js";
import type { Store } from "./store.js";

/** A store that is empty and open; `reopen` closes it and opens what it has left. */
export type Opened = { readonly store: Store; reopen(): Promise<Store>; dispose(): Promise<void> };

/** Gives each test the store opened for it. */
export type UnderTest = () => { store: Store; reopen(): Promise<Store> };

export function storeContract(name: string, open: () => Promise<Opened>): void {
  describe(name, () => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.dispose());
    describe("order and atomicity", () => orderContract(() => opened));
    describe("what is refused", () => refusalContract(() => opened));
    describe("jobs", () => jobContract(() => opened));
    describe("grants and failed electrons", () => electronContract(() => opened));
    describe("events", () => eventContract(() => opened));
    describe("lists and deleting", () => deleteContract(() => opened));
    describe("reports and blocks", () => reportContract(() => opened));
    describe("kept results", () => resultContract(() => opened));
    describe("uploads", () => uploadContract(() => opened));
    describe("keys of requests", () => keyContract(() => opened));
    describe("large rows", () => largeRowContract(() => opened));
    describe("atoms and identities", () => atomContract(() => opened));
    describe("restarts", () => restartContract(() => opened));
  });
}

function atomContract(now: UnderTest): void {
  test("an atom comes back whole, by id and as the newest of its name", async () => {
    const { store } = now();
    const old = atomOf("pi", 1, { schema: '{"type":"object"}', createdAt: 2_000 });
    const newer = atomOf("pi", 2, { createdAt: 1_000 });
    await store.commit([
      { type: "atom", atom: old },
      { type: "atom", atom: newer },
    ]);
    expect(await store.atom(old.id)).toEqual(old);
    expect(await store.newestAtom("pi")).toEqual(newer);
  });

  test("an atom that is not there is null", async () => {
    expect(await now().store.atom(PI)).toBeNull();
    expect(await now().store.newestAtom("pi")).toBeNull();
  });

  test("an atom said again stays as it was, and does not become the newest", async () => {
    const { store } = now();
    const [first, second] = [atomOf("pi", 1), atomOf("pi", 2)];
    await store.commit([first, second, { ...first, owner: "eve" }].map((atom) => ({ type: "atom", atom })));
    expect(await store.atom(first.id)).toEqual(first);
    expect(await store.newestAtom("pi")).toEqual(second);
  });

  test("[D8] an atom that no job is of can go, and its name stays with its token", async () => {
    const { store } = now();
    const atom = (version: number, owner = "ada") => atomOf("pi", version, { createdAt: version, owner });
    const [old, used, young, newest] = [1, 2, 3, 4].map((version) => atom(version).id);
    const published = [atom(3), atom(2), atom(1, "bo"), atom(4)].map((row) => ({ type: "atom", atom: row }) as const);
    const gone = published.map(({ atom: { id } }) => ({ type: "unpublish", atom: id }) as const);
    await store.commit([...published, submit({ atom: atom(2).id })]);
    expect(await store.unusedAtoms({ before: 3, limit: 9 })).toEqual([old]);
    expect(await store.unusedAtoms({ before: 9, limit: 9 })).toEqual([old, young, newest]);
    expect(await store.unusedAtoms({ before: 9, limit: 1 })).toEqual([old]);
    await store.commit(gone);
    expect((await store.atoms({ limit: 9 })).map(({ id }) => id)).toEqual([used]);
    await store.commit([{ type: "delete", job: "j1" }, ...gone]);
    expect(await store.newestAtom("pi")).toBeNull();
    expect(await store.ownerOfName("pi")).toBe("ada");
    expect(await (await now().reopen()).ownerOfName("e")).toBeNull();
  });

  test("atoms are listed without sources, the last published first, in pages", async () => {
    const { store } = now();
    const all = [atomOf("a", 1), atomOf("b", 2), atomOf("a", 3)];
    await store.commit(all.map((atom) => ({ type: "atom", atom })));
    const [one, two, three] = all.map(({ source: _, ...listed }) => listed);
    expect(await store.atoms({ limit: 2 })).toEqual([three, two]);
    expect(await store.atoms({ before: two?.id, limit: 2 })).toEqual([one]);
    expect(await store.atoms({ before: PI, limit: 2 })).toEqual([]);
  });

  test("an identity keeps the first and the latest time it was seen", async () => {
    const { store } = now();
    await store.commit([5_000, 9_000, 7_000].map((at) => ({ type: "identity", identity: "vera", at })));
    expect(await store.identity("vera")).toEqual({ firstSeenAt: 5_000, lastSeenAt: 9_000 });
    expect(await store.identity("nobody")).toBeNull();
  });
}

function restartContract(now: UnderTest): void {
  test("[D4] starts are counted from 1, across reopening", async () => {
    expect(await now().store.boot()).toBe(1);
    expect(await now().store.boot()).toBe(2);
    expect(await (await now().reopen()).boot()).toBe(3);
  });

  test("everything is there after reopening, and goes on", async () => {
    await now().store.commit([submit(), report(0, { results: bytes(7) }), { type: "grant", grant: grantOf(1) }]);
    const before = await now().store.saved("j1");
    const store = await now().reopen();
    expect(await store.saved("j1")).toEqual(before);
    await store.commit([report(10, { results: bytes(8) })]);
    expect((await store.resultsByCommit("j1", { afterRow: 0, limit: 9 })).map(({ results }) => results[0])).toEqual([
      7, 8,
    ]);
  });

  test("closing waits for what was called before, and takes no more calls", async () => {
    const { store } = now();
    const committed = store.commit([submit()]);
    const read = store.job("j1");
    await store.close();
    await committed;
    expect((await read)?.record.id).toBe("j1");
    await expect(store.commit([report(0)])).rejects.toMatchObject({ code: "closed" });
    await expect(store.job("j1")).rejects.toMatchObject({ code: "closed" });
    await store.close();
  });
}
