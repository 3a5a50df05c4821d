import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryStore } from "../store/memory.js";
import { MemoryTables } from "../store/memory-tables.js";
import { KEY_KEPT_MS, Keys } from "./keys.js";

let tables: MemoryTables;
let made: string[];
beforeEach(() => {
  tables = new MemoryTables();
  made = [];
});
afterEach(() => vi.useRealTimers());

type Request = { owner?: string; key?: string; body?: unknown };

/** A request to a coordinator over these tables, which commits the key with its job. */
function ask(keys: Keys, { owner = "ada", key = "k1", body = { atom: "pi" } }: Request = {}) {
  return keys.once({ owner, key, body }, async (rowOf) => {
    const job = `j${made.push(`j${made.length + 1}`)}`;
    await memoryStore({ tables }).commit([{ type: "key", key: rowOf(job) }]);
    return job;
  });
}
const keysOf = () => new Keys(memoryStore({ tables }));

test("[Q1] a key makes one job, whoever asks again and when: at once, later, or after a restart", async () => {
  const keys = keysOf();
  const both = await Promise.all([ask(keys), ask(keys)]);
  expect(both).toEqual([
    { job: "j1", replayed: false },
    { job: "j1", replayed: true },
  ]);
  expect(await ask(keys)).toEqual({ job: "j1", replayed: true });
  expect(await ask(keysOf())).toEqual({ job: "j1", replayed: true });
});

test("[Q2] another body with the same key is refused, with the job that the key has made", async () => {
  const keys = keysOf();
  const [first, second] = await Promise.allSettled([ask(keys, { body: { a: 1 } }), ask(keys, { body: { a: 2 } })]);
  expect(first).toMatchObject({ value: { job: "j1" } });
  expect(second).toMatchObject({ reason: { code: "key_reused", status: 422, details: { job: "j1" } } });
  expect(made).toHaveLength(1);
});

test("[Q2] the order of a body's keys counts, as it does for the axes of a grid", async () => {
  const keys = keysOf();
  await ask(keys, { body: { x: 1, y: 2 } });
  await expect(ask(keys, { body: { y: 2, x: 1 } })).rejects.toMatchObject({ code: "key_reused" });
});

test("keys of other tokens and other keys are others", async () => {
  const keys = keysOf();
  const asked = [ask(keys), ask(keys, { owner: "eve" }), ask(keys, { key: "k2" })];
  expect((await Promise.all(asked)).map(({ job }) => job)).toEqual(["j1", "j2", "j3"]);
});

test("a request that fails leaves its key unused", async () => {
  const keys = keysOf();
  const failing = keys.once({ owner: "ada", key: "k1", body: 1 }, () => Promise.reject(new Error("no such atom")));
  await expect(failing).rejects.toThrow("no such atom");
  expect(await ask(keys, { body: 2 })).toEqual({ job: "j1", replayed: false });
});

test("[Q3] a key holds for 24 hours, and is forgotten then", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const keys = keysOf();
  const begun = Date.now();
  await ask(keys);
  vi.setSystemTime(begun + KEY_KEPT_MS - 1);
  await keys.sweep();
  expect(await ask(keys)).toEqual({ job: "j1", replayed: true });
  vi.setSystemTime(begun + KEY_KEPT_MS);
  expect(await ask(keys, { body: "another" })).toEqual({ job: "j2", replayed: false });
  vi.setSystemTime(begun + 2 * KEY_KEPT_MS + 1);
  await keys.sweep();
  expect(tables.keys.size).toBe(0);
});
