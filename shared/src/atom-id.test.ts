import { expect, test } from "vitest";
import { atomIdOf, isAtomName, parseAtomId, sha256Hex } from "./atom-id.js";

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

test("the hash is SHA-256 in lower-case hex", () => {
  expect(sha256Hex(new Uint8Array())).toBe(EMPTY);
  expect(sha256Hex(new Uint8Array([97, 98, 99]))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

test("an id parses back into its halves", () => {
  const id = atomIdOf("monte-carlo.pi_2", EMPTY);
  expect(id).toBe(`monte-carlo.pi_2@sha256-${EMPTY}`);
  expect(parseAtomId(id)).toEqual({ name: "monte-carlo.pi_2", sha256: EMPTY });
});

test.each([
  "pi",
  "",
  `@sha256-${EMPTY}`,
  `pi@sha256-${EMPTY.toUpperCase()}`,
  `pi@sha256-${EMPTY}0`,
  `pi@sha256-${EMPTY}\n`,
  `pi@sha256-${EMPTY.slice(1)}`,
  `pi@sha256-x@sha256-${EMPTY}`,
  `../pi@sha256-${EMPTY}`,
])("%j is no id", (id) => {
  expect(parseAtomId(id)).toBeNull();
});

test.each(["a", "0", "Primes", "a.b_c-d", "x".repeat(64)])("%j is a name", (name) => {
  expect(isAtomName(name)).toBe(true);
});

test.each(["", ".", "..", "-a", "_a", "a b", "a/b", "a@b", "é", "a\n", "x".repeat(65)])("%j is no name", (name) => {
  expect(isAtomName(name)).toBe(false);
});

test("a malformed half is a bug, not an id", () => {
  expect(() => atomIdOf("a b", EMPTY)).toThrow(RangeError);
  expect(() => atomIdOf("ab", "00")).toThrow(RangeError);
});
