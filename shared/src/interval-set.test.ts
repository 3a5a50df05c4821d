import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IntervalSet } from "./interval-set.js";
import type { Span } from "./span.js";

const span = fc.tuple(fc.nat(60), fc.nat(12)).map(([from, length]) => ({ from, to: from + length }));
const step = fc.oneof(
  fc.record({ op: fc.constant("add" as const), span }),
  fc.record({ op: fc.constant("remove" as const), span }),
  fc.record({ op: fc.constant("take" as const), span }),
);

function integers({ from, to }: Span): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** The neighbouring integers that a plain set would give up first. */
function takeFromModel(model: Set<number>, max: number): Span | undefined {
  if (model.size === 0 || max < 1) return undefined;
  const from = Math.min(...model);
  let to = from;
  while (to < from + max && model.delete(to)) to++;
  return { from, to };
}

describe("IntervalSet", () => {
  test("behaves like a plain set of integers, whatever is done to it", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), span, (steps, probe) => {
        const set = new IntervalSet();
        const model = new Set<number>();
        for (const { op, span } of steps) {
          const before = model.size;
          if (op === "take")
            expect(set.takeFirst(span.to - span.from)).toEqual(takeFromModel(model, span.to - span.from));
          else for (const n of integers(span)) op === "add" ? model.add(n) : model.delete(n);
          if (op !== "take") expect(set[op](span)).toBe(Math.abs(model.size - before));
          expect(set.size).toBe(model.size);
        }
        expect([...set.spans()].flatMap(integers)).toEqual([...model].sort((a, b) => a - b));
        expect(set.covers(probe)).toBe(integers(probe).every((n) => model.has(n)));
        expect(set.overlaps(probe)).toBe(integers(probe).some((n) => model.has(n)));
        expect(set.has(probe.from)).toBe(model.has(probe.from));
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  test("keeps its spans sorted and apart", () => {
    fc.assert(
      fc.property(fc.array(span), (spans) => {
        const kept = [...IntervalSet.of(spans).spans()];
        for (const [i, { from, to }] of kept.entries()) {
          expect(from).toBeLessThan(to);
          if (i > 0) expect(from).toBeGreaterThan(kept[i - 1]!.to);
        }
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test("takes a whole block from the front in leases, across gaps", () => {
    const set = IntervalSet.of(Array.from({ length: 1_000 }, (_, i) => ({ from: i * 10, to: i * 10 + 5 })));
    let taken = 0;
    for (let span = set.takeFirst(3); span; span = set.takeFirst(3)) taken += span.to - span.from;
    expect(taken).toBe(5_000);
    expect(set.first()).toBeUndefined();
    expect(set.add({ from: 7, to: 9 })).toBe(2);
    expect(set.first()).toEqual({ from: 7, to: 9 });
  });

  test("gives back at the front what was taken there", () => {
    const set = IntervalSet.of([{ from: 0, to: 65_536 }]);
    const lease = set.takeFirst(4_096)!;
    expect(set.first()).toEqual({ from: 4_096, to: 65_536 });
    set.add(lease);
    expect([...set.spans()]).toEqual([{ from: 0, to: 65_536 }]);
  });

  test("a clone goes its own way", () => {
    const set = IntervalSet.of([
      { from: 0, to: 4 },
      { from: 6, to: 8 },
    ]);
    set.takeFirst(4);
    const copy = set.clone();
    copy.add({ from: 100, to: 101 });
    expect([...set.spans()]).toEqual([{ from: 6, to: 8 }]);
    expect(copy.size).toBe(3);
  });

  test("reaches up to 2^53 − 1 and refuses what is no span", () => {
    const top = Number.MAX_SAFE_INTEGER;
    const set = IntervalSet.of([{ from: top - 2, to: top }]);
    expect([set.has(top - 1), set.has(top - 2), set.has(top)]).toEqual([true, true, false]);
    expect(() => set.add({ from: 2, to: 1 })).toThrow(RangeError);
    expect(() => set.remove({ from: -1, to: 1 })).toThrow(RangeError);
    expect(() => set.covers({ from: 0.5, to: 1 })).toThrow(RangeError);
  });
});
