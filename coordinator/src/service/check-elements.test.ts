import { expect, test } from "vitest";
import type { Check, Misfit } from "../uploads/upload-thread.js";
import { checkElements } from "./check-elements.js";
import type { List } from "./lists.js";

/** Elements of a byte each, which say how many were read before them; two thousand fit a lease. */
const list: List = {
  fit: (from, to) => Math.min(to, from + 2_000),
  read: async (from, to) => Uint8Array.from({ length: to - from }, (_, i) => (from + i) % 256),
};

function readerWith(misfitAt: number | null, asked: Check[]) {
  let next = 0;
  return {
    check: async (check: Check): Promise<Misfit | null> => {
      asked.push(check);
      const index = misfitAt === null ? -1 : misfitAt - next;
      next += check.count;
      return index >= 0 && index < check.count ? { index, fault: "payload must be of type object" } : null;
    },
  };
}

test("[I4] all elements are checked, each once, as many at a time as fit a lease", async () => {
  const asked: Check[] = [];
  await checkElements(list, 5_001, { schema: {}, reader: readerWith(null, asked) });
  expect(asked.map(({ count }) => count)).toEqual([2_000, 2_000, 1_001]);
  const bytes = asked.flatMap(({ elements }) => [...elements]);
  expect(bytes).toEqual(Array.from({ length: 5_001 }, (_, i) => i % 256));
});

test.each([0, 1_999, 2_000, 5_000])("[I4] the element %i that does not fit is named by its line", async (index) => {
  const checked = checkElements(list, 5_001, { schema: {}, reader: readerWith(index, []) });
  await expect(checked).rejects.toMatchObject({
    code: "payload_invalid",
    message: `line ${index + 1} of the upload does not fit the atom's schema: payload must be of type object`,
    details: { line: index + 1 },
  });
});

test("what cannot be read is an error, and nothing is left waiting", async () => {
  const damaged: List = { ...list, read: (from) => (from === 0 ? list.read(0, 1) : Promise.reject(new Error("gone"))) };
  const checking = checkElements(damaged, 5_001, { schema: {}, reader: readerWith(null, []) });
  await expect(checking).rejects.toThrow("gone");
});
