import { expect, test } from "vitest";
import { bytesOf, elementsOf, littleEndian, reversedElements } from "./little-endian.js";

test("elements cross as little-endian bytes, whatever the machine", () => {
  expect([...bytesOf(Uint32Array.of(0x01020304), 4)]).toEqual([4, 3, 2, 1]);
  expect(new Uint32Array(elementsOf(Uint8Array.of(4, 3, 2, 1), 4))).toEqual(Uint32Array.of(0x01020304));
  expect(littleEndian(Uint8Array.of(1, 2), 1)).toEqual(Uint8Array.of(1, 2));
});

test("turning elements round keeps their order and the original", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4);
  expect(reversedElements(bytes, 2)).toEqual(Uint8Array.of(2, 1, 4, 3));
  expect(reversedElements(bytes, 4)).toEqual(Uint8Array.of(4, 3, 2, 1));
  expect(bytes).toEqual(Uint8Array.of(1, 2, 3, 4));
});
