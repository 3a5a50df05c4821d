import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseInput, shapeOf, totalItems } from "./input.js";
import { COLLECT_ENTRIES_MAX, ELECTRONS_MAX, ITEMS_MAX } from "./limits.js";
import { chunkBounds, electronsOf, type FormulaShape, itemsOf, payloadOf } from "./shape.js";
import { inputShape } from "./shape-form.js";

const total = fc.oneof(
  fc.integer({ min: 1, max: 3_000 }),
  fc.maxSafeNat().map((n) => Math.max(n, 1)),
);

function gridShape(grid: Record<string, unknown>): { shape: FormulaShape; total: number } {
  const input = parseInput({ grid });
  return { shape: shapeOf(input, 1) as FormulaShape, total: totalItems(input) ?? Number.NaN };
}

describe("electrons", () => {
  test("[E3] of a few items are disjoint, in order and together all of them", () => {
    const few = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 600 }), (items, chunk) => {
        let at = 0;
        for (let electron = 0; electron < electronsOf(items, chunk); electron++) {
          const span = itemsOf({ from: electron, to: electron + 1 }, chunk, items);
          expect(span.from).toBe(at);
          expect(span.to).toBeGreaterThan(at);
          at = span.to;
        }
        expect(at).toBe(items);
      }),
    );
  });

  test("of any number of items are counted exactly, with neighbours that meet", () => {
    fc.assert(
      fc.property(total, fc.integer({ min: 1, max: ITEMS_MAX }), fc.nat(), (items, anyChunk, pick) => {
        const { min } = chunkBounds(items);
        const chunk = Math.max(min, anyChunk % items);
        const electrons = electronsOf(items, chunk);
        expect(BigInt(electrons)).toBe((BigInt(items) + BigInt(chunk) - 1n) / BigInt(chunk));
        const at = pick % electrons;
        const [all, before, after] = [
          [0, electrons],
          [0, at],
          [at, electrons],
        ].map(([from = 0, to = 0]) => itemsOf({ from, to }, chunk, items));
        expect(all).toEqual({ from: 0, to: items });
        expect(before?.to).toBe(after?.from);
        expect(BigInt(after?.from ?? -1)).toBe(BigInt(at) * BigInt(chunk));
      }),
    );
  });

  test("are exact where a division would round", () => {
    expect(electronsOf(ITEMS_MAX, ITEMS_MAX - 1)).toBe(2);
    expect(electronsOf(ITEMS_MAX, 2 ** 22)).toBe(ELECTRONS_MAX);
    expect(electronsOf(2 ** 53 - 2 ** 22, 2 ** 22)).toBe(ELECTRONS_MAX - 1);
    expect(electronsOf(1, ITEMS_MAX)).toBe(1);
  });
});

describe("the payload of a range", () => {
  const shape: FormulaShape = { kind: "range", from: -5, chunk: 4, total: 10 };

  test("[I1] is in the range's own numbers, and the last one is shorter", () => {
    expect([0, 1, 2].map((electron) => payloadOf(shape, electron))).toEqual([
      { from: -5, to: -1 },
      { from: -1, to: 3 },
      { from: 3, to: 5 },
    ]);
  });

  test("is exact at both ends of what a double can count", () => {
    const low: FormulaShape = { kind: "range", from: -ITEMS_MAX, chunk: 2 ** 22, total: ITEMS_MAX };
    expect(payloadOf(low, 0)).toEqual({ from: -ITEMS_MAX, to: -ITEMS_MAX + 2 ** 22 });
    expect(payloadOf(low, ELECTRONS_MAX - 1)).toEqual({ from: 1 - 2 ** 22, to: 0 });
    const whole: FormulaShape = { kind: "range", from: 0, chunk: ITEMS_MAX, total: ITEMS_MAX };
    expect(payloadOf(whole, 0)).toEqual({ from: 0, to: ITEMS_MAX });
  });

  test.each([-1, 3, 0.5, Number.NaN, 2 ** 40])("electron %d is none of it", (electron) => {
    expect(() => payloadOf(shape, electron)).toThrow(RangeError);
  });
});

describe("the payload of a grid", () => {
  test("[I3] has every axis in written order, and the last runs fastest", () => {
    const { shape } = gridShape({ z: ["a", "b"], y: { from: 0.5, to: 2, step: 0.5 } });
    const cells = [0, 1, 2, 3, 4, 5].map((electron) => payloadOf(shape, electron));
    const expected = ["a", "b"].flatMap((z) => [0.5, 1, 1.5].map((y) => ({ z, y })));
    expect(JSON.stringify(cells)).toBe(JSON.stringify(expected));
  });

  test("is `from + i·step`, not a sum that rounds on its way", () => {
    const { shape, total } = gridShape({ x: { from: 0, to: 1, step: 0.1 } });
    const values = Array.from({ length: total }, (_, electron) => payloadOf(shape, electron));
    expect(values).toEqual(Array.from({ length: 10 }, (_, index) => ({ x: 0 + index * 0.1 })));
  });

  test("[I3] runs through the cross product as nested loops would", () => {
    const axes = fc.array(fc.array(fc.integer(), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(axes, (values) => {
        const { shape, total } = gridShape(Object.fromEntries(values.map((each, index) => [`x${index}`, each])));
        const rows = values.reduce<number[][]>(
          (rows, each) => rows.flatMap((row) => each.map((value) => [...row, value])),
          [[]],
        );
        const cells = Array.from({ length: total }, (_, electron) => Object.values(payloadOf(shape, electron)));
        expect(cells).toEqual(rows);
      }),
    );
  });

  test("is found at once in the largest grid", () => {
    const { shape, total } = gridShape({ x: { from: 0, to: 2 ** 16, step: 1 }, y: { from: 0, to: 2 ** 15, step: 1 } });
    expect(total).toBe(ELECTRONS_MAX);
    expect(payloadOf(shape, total - 1)).toEqual({ x: 2 ** 16 - 1, y: 2 ** 15 - 1 });
  });

  test.each([-1, 6, 0.5, Number.NaN])("electron %d is none of it", (electron) => {
    const { shape } = gridShape({ x: [1, 2], y: [1, 2, 3] });
    expect(() => payloadOf(shape, electron)).toThrow(RangeError);
  });
});

describe("the bounds of an automatic chunk", () => {
  test.each([
    [1, { min: 1, max: 1 }],
    [1_999, { min: 1, max: 1 }],
    [2_000, { min: 1, max: 2 }],
    [ELECTRONS_MAX, { min: 1, max: 2_147_483 }],
    [ELECTRONS_MAX + 1, { min: 2, max: 2_147_483 }],
    [ITEMS_MAX, { min: 2 ** 22, max: 9_007_199_254_740 }],
  ])("of %i items are %j", (items, bounds) => {
    expect(chunkBounds(items)).toEqual(bounds);
  });

  test("keep a job that collects within what can be collected", () => {
    expect(chunkBounds(COLLECT_ENTRIES_MAX, { collect: true }).min).toBe(1);
    expect(chunkBounds(COLLECT_ENTRIES_MAX + 1, { collect: true }).min).toBe(2);
  });

  test("never cross, and the least is enough but no more than that", () => {
    fc.assert(
      fc.property(total, fc.boolean(), (items, collect) => {
        const { min, max } = chunkBounds(items, { collect });
        const most = collect ? COLLECT_ENTRIES_MAX : ELECTRONS_MAX;
        expect(min <= max).toBe(true);
        expect(electronsOf(items, min) <= most).toBe(true);
        expect(min === 1 || electronsOf(items, min - 1) > most).toBe(true);
      }),
    );
  });
});

test("a shape crosses the wire as it is, and a malformed one does not", () => {
  const { shape } = gridShape({ x: [1, null], y: { from: 0, to: 1, step: 0.5 } });
  expect(inputShape.parse(shape)).toEqual(shape);
  expect(inputShape.safeParse({ kind: "range", from: 0, chunk: 0, total: 1 }).success).toBe(false);
  expect(inputShape.safeParse({ kind: "grid", axes: [{ name: "x", axis: [] }] }).success).toBe(false);
});
