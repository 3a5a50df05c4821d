import { expect, expectTypeOf, test } from "vitest";
import { type Atom, defineAtom } from "./atom.js";

test("defineAtom returns the atom itself", () => {
  const atom = { name: "double", process: (payload: number) => payload * 2 };
  expect(defineAtom(atom)).toBe(atom);
});

test("payload and result take the author's types, or are inferred", () => {
  const typed = defineAtom<{ from: number; to: number }, number>({
    name: "span",
    process: ({ from, to }) => to - from,
  });
  expectTypeOf(typed).toEqualTypeOf<Atom<{ from: number; to: number }, number>>();
  const inferred = defineAtom({
    name: "length",
    payload: { type: "string" },
    process: async (text: string) => text.length,
  });
  expectTypeOf(inferred).toEqualTypeOf<Atom<string, number>>();
});

test("fail() ends a call, for the compiler too", () => {
  const atom = defineAtom<number, number>({
    name: "positive",
    process: (payload, context) => (payload > 0 ? payload : context.fail("not positive", { retryable: false })),
  });
  expect(atom.name).toBe("positive");
});
