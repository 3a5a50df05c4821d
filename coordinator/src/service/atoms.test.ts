import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { atomOf, submit } from "../store/contract-samples.js";
import { memoryStore } from "../store/memory.js";
import type { Store } from "../store/store.js";
import { Atoms, HEADS_MAX } from "./atoms.js";
import { WANTED_MS } from "./wanted.js";

const [ADA, EVE] = ["ada", "eve"].map((owner) => ({ owner, admin: false }));
const [old, newer] = [atomOf("pi", 1), atomOf("pi", 2)];
const source = new Uint8Array();

let store: Store;
let atoms: Atoms;
beforeEach(async () => {
  store = memoryStore();
  const read = async () => ({ id: old.id as `${string}@sha256-${string}`, name: "pi", schema: null });
  atoms = new Atoms(store, { read, close: async () => {} });
  await store.commit([old, newer].map((atom) => ({ type: "atom", atom })));
});

afterEach(() => {
  vi.restoreAllMocks();
});

test("[D8] atoms that no job is of are swept when they are old enough", async () => {
  await store.commit([submit({ atom: newer.id })]);
  expect(await atoms.sweep(1_000)).toEqual([]);
  expect(await atoms.sweep(1_001)).toEqual([old.id]);
  expect((await store.atoms({ limit: 9 })).map(({ id }) => id)).toEqual([newer.id]);
});

test("[D8] one that was just asked for, or published again, is not: a job of it may be on its way", async () => {
  await atoms.find("pi");
  await atoms.publish(source, ADA!); // The older one.
  expect(await atoms.sweep(9_000)).toEqual([]);
});

test("[D8] nor is one that somebody asks for at the same time", async () => {
  const asked = atoms.find("pi");
  expect(await atoms.sweep(9_000)).toEqual([old.id]);
  expect(await asked).toEqual(newer);
});

test("what a job is made with is read once, also by name, and is gone with the atom", async () => {
  const { source: _, ...head } = newer;
  expect([await atoms.head("pi"), await atoms.head(newer.id)]).toEqual([head, head]);
  const read = vi.spyOn(store, "atom");
  expect(await atoms.head(newer.id)).toEqual(head);
  expect(read).not.toHaveBeenCalled();
  vi.spyOn(performance, "now").mockReturnValue(performance.now() + WANTED_MS + 1);
  expect(await atoms.sweep(9_000)).toEqual([old.id, newer.id]);
  await expect(atoms.head(newer.id)).rejects.toMatchObject({ code: "unknown_atom" });
});

test.each([
  { others: HEADS_MAX - 1, reads: 0 },
  { others: HEADS_MAX, reads: 1 },
])("[M1] and $reads times more when jobs of $others other atoms were made since", async ({ others, reads }) => {
  await atoms.head(newer.id);
  for (let n = 0; n < others; n++) {
    const other = atomOf(`other-${n}`, 3);
    await store.commit([{ type: "atom", atom: other }]);
    await atoms.head(other.id);
  }
  const read = vi.spyOn(store, "atom");
  await atoms.head(newer.id);
  expect(read).toHaveBeenCalledTimes(reads);
});

test("[P3] the name of an atom that went stays with the token that took it first", async () => {
  await atoms.sweep(9_000);
  await expect(atoms.publish(source, EVE!)).rejects.toMatchObject({ code: "atom_name_taken" });
  expect(await atoms.publish(source, ADA!)).toMatchObject({ created: true });
});
