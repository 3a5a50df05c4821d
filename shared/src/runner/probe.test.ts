import { expect, test } from "vitest";
import { type Probed, probeRange } from "./probe.js";

/** Probes an atom that needs `perItemMs` and fails from `failsFrom` items on. */
function probed({ perItemMs = 3, total = 1_000_000, failsFrom = Number.POSITIVE_INFINITY }): Promise<Probed> {
  let now = 0;
  const call = (payload: unknown) => {
    const { from, to } = payload as { from: number; to: number };
    expect(from).toBe(5);
    if (to - from >= failsFrom) throw new Error("no");
    now += (to - from) * perItemMs;
  };
  return probeRange({ kind: "range", from: 5, chunk: 1, total }, call, () => now);
}

test("the items are doubled until a call takes 50 ms", async () => {
  expect(await probed({})).toEqual({ items: 32, elapsedMs: 96 });
});

test("or until there are no more", async () => {
  expect(await probed({ total: 5 })).toEqual({ items: 5, elapsedMs: 15 });
});

test("one slow item is enough", async () => {
  expect(await probed({ perItemMs: 3_000 })).toEqual({ items: 1, elapsedMs: 3_000 });
});

test("the last call that succeeded counts, and zero items when none did", async () => {
  expect(await probed({ failsFrom: 8 })).toEqual({ items: 4, elapsedMs: 12 });
  expect(await probed({ failsFrom: 1 })).toEqual({ items: 0, elapsedMs: 0 });
});

test("what is no range has nothing to measure", async () => {
  expect(
    await probeRange(
      { kind: "list" },
      () => 1,
      () => 0,
    ),
  ).toEqual({ items: 0, elapsedMs: 0 });
});
