import { expect, test } from "vitest";
import { deadline } from "./deadline.js";
import { type Figure, rowOf, tableOf } from "./figure.js";
import { closedSocket, cutCable, goodbye } from "./reassigned.js";
import { restart } from "./restart.js";

test.concurrent.each<[string, () => Promise<Figure | Figure[]>]>([
  ["[G3] work is elsewhere after a goodbye", () => goodbye(3)],
  ["[G1] work is elsewhere after a socket closed", () => closedSocket(1)],
  ["[G4] work is elsewhere after a cable was cut", () => cutCable(1)],
  ["[L5] a slot works again after a deadline", () => deadline(2)],
  ["[K3] a coordinator is ready and grants after it was killed", () => restart(1, 20_000)],
])(
  "%s, and it is measured how soon",
  async (_, measure) => {
    for (const { samplesMs } of [await measure()].flat()) {
      expect(samplesMs.length).toBeGreaterThan(0);
      for (const ms of samplesMs) expect(ms).toBeGreaterThan(0);
    }
  },
  120_000,
);

test("a figure is held against its target by its worst sample, and by its 99th percentile where there are many", () => {
  const few = rowOf({ what: "few", targetMs: 100, samplesMs: [50, 101, 20] });
  expect(few).toEqual({ what: "few", measured: "p50 50 ms, worst 101 ms, of 3", target: "≤ 100 ms", ok: false });
  const many = Array.from({ length: 200 }, (_, i) => (i < 2 ? 1_500 : 2.25));
  expect(rowOf({ what: "many", targetMs: 100, samplesMs: many })).toMatchObject({
    measured: "p50 2.3 ms, p99 2.3 ms, of 200",
    ok: true,
  });
  expect(rowOf({ what: "none", targetMs: 100, samplesMs: [] }).ok).toBe(false);
});

test("the table says what was not reached", () => {
  const row = { measured: "p50 1.0 ms", target: "≤ 1.0 ms" };
  const table = tableOf([
    { what: "a", ...row, ok: true },
    { what: "longer", ...row, ok: false },
  ]);
  expect(table.split("\n")).toEqual([
    "what    measured    target",
    "a       p50 1.0 ms  ≤ 1.0 ms  ok",
    "longer  p50 1.0 ms  ≤ 1.0 ms  NOT REACHED",
  ]);
});
