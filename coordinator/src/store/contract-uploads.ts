/** Contract: uploads with their pages, what uses them, and keys of requests. */
import { describe, expect, test } from "vitest";
import type { Write } from "../core/writes.js";
import type { UnderTest } from "./contract.js";
import { bytes, keyOf, pageOf, report, submit, uploadOf, whole } from "./contract-samples.js";
import { KEYS_FORGOTTEN_MAX, type Store } from "./store.js";

export function uploadContract(now: UnderTest): void {
  describe("while it is sent", () => beginningContract(now));
  describe("its elements", () => elementsContract(now));
  describe("once it is not needed", () => endContract(now));

  test("uploads are listed newest first, in pages, by owner", async () => {
    const { store } = now();
    const rows = [
      uploadOf("b"),
      uploadOf("z", { createdAt: 999 }),
      uploadOf("c"),
      uploadOf("e", { owner: "eve", createdAt: 5 }),
    ];
    await store.commit(rows.flatMap((row) => whole(row)));
    const ids = async (query: Parameters<Store["uploads"]>[0]) => (await store.uploads(query)).map(({ id }) => id);
    expect(await ids({ limit: 2 })).toEqual(["c", "b"]);
    expect(await ids({ limit: 9, before: "b" })).toEqual(["z", "e"]);
    expect(await ids({ limit: 9, owner: "ada", before: "b" })).toEqual(["z"]);
    expect(await ids({ limit: 9, before: "nowhere" })).toEqual([]);
  });
}

function beginningContract(now: UnderTest): void {
  test("an upload is seen by nobody, and as a whole once it is", async () => {
    const { store } = now();
    const [begun, page, ended] = whole(uploadOf("u1"), [[1, 2, 3]]) as [Write, Write, Write];
    await store.commit([begun, page]);
    expect(await store.upload("u1")).toBeNull();
    expect(await store.uploads({ limit: 9 })).toEqual([]);
    expect(await store.uploadIndex("u1")).toBeNull();
    await store.commit([ended]);
    expect(await store.upload("u1")).toEqual({ ...uploadOf("u1"), items: 3, bytes: 30, jobs: 0 });
  });

  test("one that is not whole is forgotten by the next start, and the others stay", async () => {
    const { store } = now();
    await store.commit([...whole(uploadOf("u1")), { type: "upload", upload: uploadOf("u2") }]);
    await store.commit([{ type: "page", upload: "u2", page: pageOf(0, [1]) }]);
    const reopened = await now().reopen();
    await reopened.boot();
    await expect(reopened.commit([{ type: "page", upload: "u2", page: pageOf(1, [1]) }])).rejects.toMatchObject({
      code: "failed",
    });
    await reopened.commit(whole(uploadOf("u2"), [[5]]));
    expect(await reopened.uploadElements("u2", { from: 0, to: 1 })).toEqual(bytes(0, 0, 0, 0, 0));
    expect((await reopened.uploads({ limit: 9 })).map(({ id }) => id)).toEqual(["u2", "u1"]);
  });

  test.each<[string, Write]>([
    ["a second beginning", { type: "upload", upload: uploadOf("u1") }],
    ["a page of one that is whole", { type: "page", upload: "u1", page: pageOf(1, [1]) }],
    ["a second end", { type: "uploaded", upload: "u1", items: 1, bytes: 1 }],
    ["a page of one that is not there", { type: "page", upload: "u9", page: pageOf(0, [1]) }],
    ["the end of one that is not there", { type: "uploaded", upload: "u9", items: 1, bytes: 1 }],
  ])("%s is refused, with all that was committed with it", async (_, write) => {
    const { store } = now();
    await store.commit(whole(uploadOf("u1")));
    await expect(store.commit([...whole(uploadOf("u2")), write])).rejects.toMatchObject({ code: "failed" });
    expect((await store.uploads({ limit: 9 })).map(({ id }) => id)).toEqual(["u1"]);
  });
}

function elementsContract(now: UnderTest): void {
  const pages = [[1, 2, 3], [65_536], [4, 1], [300, 257, 256]];
  const lengths = pages.flat();

  test("come back for every span, across pages", async () => {
    const { store } = now();
    await store.commit([...whole(uploadOf("u0"), [[9, 9]]), ...whole(uploadOf("u1"), pages)]);
    for (let from = 0; from < lengths.length; from++) {
      for (let to = from + 1; to <= lengths.length; to++) {
        const expected = lengths.slice(from, to).flatMap((length, i) => new Array(length).fill(from + i));
        const elements = await store.uploadElements("u1", { from, to });
        expect(Buffer.compare(elements, Uint8Array.from(expected))).toBe(0);
      }
    }
  });

  test.each([
    { from: 8, to: 10 },
    { from: 9, to: 10 },
    { from: 3, to: 3 },
  ])("that are not there are an error: %j", async (span) => {
    const { store } = now();
    await store.commit(whole(uploadOf("u1"), pages));
    await expect(store.uploadElements("u1", span)).rejects.toMatchObject({ code: "failed" });
    await expect(store.uploadElements("u9", { from: 0, to: 1 })).rejects.toMatchObject({ code: "failed" });
  });

  test("are there in the turn of the commit that makes them so", async () => {
    const { store } = now();
    const committed = store.commit(whole(uploadOf("u1"), [[2]]));
    expect(await store.uploadElements("u1", { from: 0, to: 1 })).toEqual(bytes(0, 0));
    await committed;
  });

  test("are found by the first element and the bytes of each page", async () => {
    const { store } = now();
    await store.commit(whole(uploadOf("u1"), pages));
    const index = await store.uploadIndex("u1");
    expect(index).toEqual({ firsts: Uint32Array.of(0, 3, 4, 6), bytes: Uint32Array.of(6, 65_536, 5, 813) });
  });
}

function endContract(now: UnderTest): void {
  test("an upload goes with its elements, and one that is not there may go, too", async () => {
    const { store } = now();
    await store.commit([...whole(uploadOf("u1"), [[3, 3]]), ...whole(uploadOf("u2"))]);
    await store.commit([
      { type: "discard", upload: "u1" },
      { type: "discard", upload: "u9" },
    ]);
    expect(await store.upload("u1")).toBeNull();
    await expect(store.uploadElements("u1", { from: 0, to: 1 })).rejects.toMatchObject({ code: "failed" });
    await store.commit(whole(uploadOf("u1"), [[2]]));
    expect(await store.uploadElements("u1", { from: 0, to: 1 })).toEqual(bytes(0, 0));
  });

  test("one that is sent can be given up", async () => {
    const { store } = now();
    await store.commit([{ type: "upload", upload: uploadOf("u1") }]);
    await store.commit([{ type: "discard", upload: "u1" }]);
    await store.commit(whole(uploadOf("u1")));
  });

  test("one stays while a job uses it, whatever its state, and goes with the last one", async () => {
    const { store } = now();
    await store.commit(whole(uploadOf("u1")));
    await store.commit([submit({ upload: "u1" }), submit({ id: "j2", upload: "u1" }, { state: "succeeded" })]);
    const jobs = async () => (await store.upload("u1"))?.jobs;
    expect((await store.saved("j1"))?.record.upload).toBe("u1");
    await store.commit([{ type: "discard", upload: "u1" }]);
    expect(await jobs()).toBe(2);
    for (const [job, left] of [
      ["j1", 1],
      ["j2", undefined],
    ] as const) {
      await store.commit([
        { type: "delete", job },
        { type: "discard", upload: "u1" },
      ]);
      expect(await jobs()).toBe(left);
    }
  });

  test("those that no job uses are known by their age", async () => {
    const { store } = now();
    const ages = [uploadOf("old", { createdAt: 5 }), uploadOf("older", { createdAt: 4 }), uploadOf("new")];
    await store.commit(ages.flatMap((row) => whole(row)));
    await store.commit([...whole(uploadOf("used", { createdAt: 1 })), submit({ upload: "used" })]);
    await store.commit([{ type: "upload", upload: uploadOf("begun", { createdAt: 1 }) }]);
    expect(await store.unusedUploads({ before: 1_000, limit: 9 })).toEqual(["older", "old"]);
    expect(await store.unusedUploads({ before: 1_001, limit: 1 })).toEqual(["older"]);
  });
}

export function keyContract(now: UnderTest): void {
  test("a key comes back to the token that used it, across reopening, whatever became of its job", async () => {
    const { store } = now();
    await store.commit([submit(), { type: "key", key: keyOf("k1") }, report(0)]);
    await store.commit([{ type: "delete", job: "j1" }]);
    const reopened = await now().reopen();
    expect(await reopened.key("ada", "k1")).toEqual(keyOf("k1"));
    expect(await reopened.key("eve", "k1")).toBeNull();
    expect(await reopened.key("ada", "k2")).toBeNull();
  });

  test("a key said again is replaced", async () => {
    const { store } = now();
    const later = keyOf("k1", { digest: "d2", job: "j2", createdAt: 2_000 });
    await store.commit([
      { type: "key", key: keyOf("k1") },
      { type: "key", key: later },
    ]);
    expect(await store.key("ada", "k1")).toEqual(later);
  });

  test("keys are forgotten by their age, so many at once", async () => {
    const { store } = now();
    const keys = Array.from({ length: KEYS_FORGOTTEN_MAX + 1 }, (_, n) => keyOf(`k${n}`, { createdAt: 5 }));
    await store.commit([...keys, keyOf("young", { createdAt: 6 })].map((key) => ({ type: "key", key })));
    const left = async () => {
      const rows = await Promise.all(keys.map(({ key }) => store.key("ada", key)));
      return rows.filter((row) => row !== null).length;
    };
    await store.commit([{ type: "forgetKeys", before: 6 }]);
    expect(await left()).toBe(1);
    await store.commit([{ type: "forgetKeys", before: 6 }]);
    expect(await left()).toBe(0);
    expect(await store.key("ada", "young")).not.toBeNull();
  });
}
