import { PAYLOAD_BYTES_MAX } from "@valence/shared/limits";
import { unpackValues } from "@valence/shared/pack";
import { encodeValue } from "@valence/shared/value-codec";
import { expect, test } from "vitest";
import { LEASE_PAYLOAD_BYTES_MAX, Lists, packList, unpackList } from "./lists.js";

const elements = ["a", { b: 1 }, [2, 3]].map((value) => encodeValue(value));

test("a lease gets its elements in one column", () => {
  const lists = new Lists();
  lists.open("j1", elements);
  expect(unpackValues(lists.payloads("j1", 1, 3)!, 2)).toEqual([{ b: 1 }, [2, 3]]);
  expect(lists.payloads("j2", 0, 1)).toBeNull();
});

test("a list comes back from its record as it was", () => {
  expect(unpackList(packList(elements))).toEqual(elements);
});

test("a lease reaches as far as its payloads fit one message, and at least one electron", () => {
  const large = encodeValue("x".repeat(PAYLOAD_BYTES_MAX - 3));
  const reach = new Lists().open("j1", Array(100).fill(large));
  expect(reach(0, 100)).toBe(LEASE_PAYLOAD_BYTES_MAX / PAYLOAD_BYTES_MAX);
  expect(reach(99, 100)).toBe(100);
  expect(new Lists().open("j2", elements)(0, 3)).toBe(3);
});
