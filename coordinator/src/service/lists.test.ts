import { LEASE_ELECTRONS_MAX, PAYLOAD_BYTES_MAX } from "@valence/shared/limits";
import { unpackValues } from "@valence/shared/pack";
import { encodeValue } from "@valence/shared/value-codec";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JobInput } from "../core/job-spec.js";
import type { UploadIndex } from "../store/store.js";
import { LEASE_PAYLOAD_BYTES_MAX, type List, Lists, listOf, packList } from "./lists.js";

const elements = ["a", { b: 1 }, [2, 3]].map((value) => encodeValue(value));

async function inline(list: readonly Uint8Array[]): Promise<List> {
  const spec = { id: "j1", input: { kind: "list", total: list.length } as const };
  return (await listOf(storeOf(null), spec, packList(list)))!;
}

async function uploaded(index: UploadIndex): Promise<List> {
  const spec = { id: "j1", input: { kind: "list", total: 1, upload: "u1" } as const };
  return (await listOf(storeOf(index), spec, null))!;
}

/** Elements that say which ones they are. */
function storeOf(index: UploadIndex | null) {
  return {
    uploadIndex: async () => index,
    uploadElements: async (_: string, { from, to }: { from: number; to: number }) => Uint8Array.of(from, to),
  };
}

describe("a list that came with its job", () => {
  test("comes back from its record, and a lease gets its elements in one column", async () => {
    const lists = new Lists();
    lists.keep("j1", await inline(elements));
    expect(unpackValues(await lists.payloads("j1", 1, 3)!(), 2)).toEqual([{ b: 1 }, [2, 3]]);
    expect(lists.payloads("j2", 0, 1)).toBeNull();
  });

  test("a lease reaches as far as its payloads fit one message, and at least one electron", async () => {
    const large = encodeValue("x".repeat(PAYLOAD_BYTES_MAX - 3));
    const { fit: reach } = await inline(Array(100).fill(large));
    expect(reach(0, 100)).toBe(LEASE_PAYLOAD_BYTES_MAX / PAYLOAD_BYTES_MAX);
    expect(reach(99, 100)).toBe(100);
    expect((await inline(elements)).fit(0, 3)).toBe(3);
  });
});

describe("a list that was uploaded", () => {
  test("is read where it lies", async () => {
    const lists = new Lists();
    lists.keep("j1", await uploaded({ firsts: Uint32Array.of(0), bytes: Uint32Array.of(9) }));
    expect(await lists.payloads("j1", 1, 3)!()).toEqual(Uint8Array.of(0, 1, 3));
  });

  test("a lease reaches over pages that fit one message as a whole, and at least to the end of its first", () => {
    const page = fc.record({ items: fc.integer({ min: 1, max: 4_096 }), bytes: fc.integer({ min: 1, max: 131_072 }) });
    fc.assert(
      fc.asyncProperty(fc.array(page, { minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(), async (pages, a, b) => {
        const firsts = [0];
        for (const { items } of pages) firsts.push(firsts.at(-1)! + items);
        const total = firsts.pop()!;
        const list = await uploaded({
          firsts: Uint32Array.from(firsts),
          bytes: Uint32Array.from(pages, ({ bytes }) => bytes),
        });
        const from = a % total;
        const to = Math.min(total, from + 1 + (b % LEASE_ELECTRONS_MAX));
        const reach = list.fit(from, to);
        const first = firsts.findLastIndex((begin) => begin <= from);
        const last = firsts.findLastIndex((begin) => begin < reach);
        const bytes = pages.slice(first, last + 1).reduce((sum, each) => sum + each.bytes, 0);
        expect(bytes).toBeLessThanOrEqual(LEASE_PAYLOAD_BYTES_MAX);
        expect(reach).toBeGreaterThan(from);
        // Not shorter than it must be: the next page would have been too much.
        if (reach < to) expect(bytes + pages[last + 1]!.bytes).toBeGreaterThan(LEASE_PAYLOAD_BYTES_MAX);
      }),
    );
  });
});

test("a list that is not there is the damage of a store, and other inputs have none", async () => {
  const spec = (input: JobInput) => ({ id: "j1", input });
  const gone = listOf(storeOf(null), spec({ kind: "list", total: 1, upload: "u1" }), null);
  await expect(gone).rejects.toThrow("the list of job j1 is gone");
  await expect(listOf(storeOf(null), spec({ kind: "list", total: 1 }), null)).rejects.toThrow("is gone");
  expect(await listOf(storeOf(null), spec({ kind: "range", from: 0, total: 9, chunk: 1 }), null)).toBeNull();
  expect(new Lists().keep("j1", null)(3, 9)).toBe(9);
});
