import { expect, test } from "vitest";
import { type Opened, storeContract } from "./contract.js";
import { report, submit } from "./contract-samples.js";
import { memoryStore } from "./memory.js";
import { MemoryTables } from "./memory-tables.js";
import { StoreError } from "./store.js";

storeContract("the store in memory", async () => {
  const tables = new MemoryTables();
  const opened: Opened = {
    store: memoryStore({ tables }),
    reopen: async () => memoryStore({ tables }),
    dispose: async () => {},
  };
  return opened;
});

test("a commit held at the gate holds everything called after it", async () => {
  let open = () => {};
  const gate = () => new Promise<void>((resolve) => (open = resolve));
  const store = memoryStore({ gate });
  const seen: string[] = [];
  const committed = store.commit([submit()]).then(() => seen.push("committed"));
  const read = store.job("j1").then((job) => seen.push(`read ${job?.record.id}`));
  await new Promise(setImmediate);
  expect(seen).toEqual([]);
  open();
  await Promise.all([committed, read]);
  expect(seen).toEqual(["committed", "read j1"]);
});

test("a commit refused at the gate is not applied, and the next one is", async () => {
  const refusals = [undefined, new StoreError("full", "no room")];
  const store = memoryStore({
    gate: async () => {
      const refusal = refusals.shift();
      if (refusal) throw refusal;
    },
  });
  await store.commit([submit()]);
  await expect(store.commit([report(0)])).rejects.toMatchObject({ code: "full" });
  await store.commit([report(10)]);
  expect((await store.saved("j1"))?.rows.map(({ span }) => span.from)).toEqual([10]);
});
