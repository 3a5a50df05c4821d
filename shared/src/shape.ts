/**
 * An input as formulas: from an electron's number to its items and its payload, in constant time, whatever the total. Pure and
 * without checks: `input.ts` has made those, `shape-form.ts` those of the wire; a worker that computes payloads loads neither. All arithmetic is on integers that a double holds exactly.
 */
import { COLLECT_ENTRIES_MAX, ELECTRONS_MAX } from "./limits.js";
import type { Axis, InputShape } from "./shape-form.js";
import type { Span } from "./span.js";

/** What an electron of an automatic chunk should take a volunteer of median speed. */
export const AUTO_CHUNK_MS = 100;
/** Electrons that an automatic chunk leaves, where there are so many items: else progress is coarse and the tail long. */
const AUTO_ELECTRONS_MIN = 1_000;

/** A shape from which payloads can be computed. */
export type FormulaShape = Exclude<InputShape, { kind: "list" }>;

/** How many electrons `total` items make; lists and grids have a chunk of 1. Exact where `Math.ceil(total / chunk)` rounds. */
export function electronsOf(total: number, chunk: number): number {
  const rest = total % chunk;
  return (total - rest) / chunk + (rest > 0 ? 1 : 0);
}

/** The items of neighbouring electrons. `electrons` must lie within the job. */
export function itemsOf(electrons: Span, chunk: number, total: number): Span {
  return { from: electrons.from * chunk, to: Math.min(electrons.to * chunk, total) };
}

/**
 * The least and greatest automatic chunk for `total` items: at most a thousandth of them but at least 1, and so many that there
 * are no more than `ELECTRONS_MAX` electrons, or `COLLECT_ENTRIES_MAX` when the job collects its results. `min` ≤ `max`.
 */
export function chunkBounds(
  total: number,
  { collect = false }: { collect?: boolean } = {},
): { min: number; max: number } {
  const min = electronsOf(total, collect ? COLLECT_ENTRIES_MAX : ELECTRONS_MAX);
  return { min, max: Math.max(1, Math.floor(total / AUTO_ELECTRONS_MIN)) };
}

/** How many values an axis has. */
export function axisLength({ axis }: Axis): number {
  return Array.isArray(axis) ? axis.length : axis.count;
}

/**
 * The payload of an electron: `{ from, to }` in the range's own numbers, or a value for each axis in written order, the last
 * axis running fastest. An electron outside of the job is a bug, a `RangeError`.
 */
export function payloadOf(shape: FormulaShape, electron: number): Span | Record<string, unknown> {
  if (!Number.isSafeInteger(electron) || electron < 0) throw new RangeError(`no electron ${electron}`);
  return shape.kind === "range" ? spanOf(shape, electron) : cellOf(shape.axes, electron);
}

function spanOf({ from, chunk, total }: { from: number; chunk: number; total: number }, electron: number): Span {
  const items = itemsOf({ from: electron, to: electron + 1 }, chunk, total);
  if (items.from >= total) throw new RangeError(`no electron ${electron}`);
  return { from: from + items.from, to: from + items.to };
}

function cellOf(axes: readonly Axis[], electron: number): Record<string, unknown> {
  const cell: Record<string, unknown> = {};
  for (const { name } of axes) cell[name] = null; // the written order of the keys
  let rest = electron;
  for (const each of axes.toReversed()) {
    const length = axisLength(each);
    const index = rest % length;
    const { name, axis } = each;
    cell[name] = Array.isArray(axis) ? axis[index] : axis.from + index * axis.step;
    rest = (rest - index) / length;
  }
  if (rest !== 0) throw new RangeError(`no electron ${electron}`);
  return cell;
}
