/** How an estimate came to what it is, from the views that this page has seen, and its shape to draw. Pure. */
import type { ResultView } from "./result-view.js";

export type TrailPoint = { readonly n: number; readonly mean: number; readonly low: number; readonly high: number };
/** Points of two lines in a square of 100 by 100: the mean, and its interval around it. */
export type TrailShape = { readonly mean: string; readonly interval: string };

const POINTS_MAX = 200;
/** Fewer are no way yet. */
const POINTS_MIN = 3;
/** What lay further away from today's mean, in its half-widths, is out of the picture, or the rest would be a flat line. */
const HALF_WIDTHS_MAX = 8;

/** The trail with one more view; every second point goes when there are too many, and it begins anew when results were taken back. */
export function trailWith(trail: readonly TrailPoint[], view: ResultView): readonly TrailPoint[] {
  if (view.kind !== "estimate" || view.interval === null) return trail;
  const last = trail.at(-1);
  if (last?.n === view.n) return trail;
  const point = { n: view.n, mean: view.mean, ...view.interval };
  if (last !== undefined && view.n < last.n) return [point];
  const kept = trail.length < POINTS_MAX ? trail : trail.filter((_, i) => i % 2 === 0);
  return [...kept, point];
}

/** Null while there is nothing to see. */
export function trailShape(trail: readonly TrailPoint[]): TrailShape | null {
  const [first, last] = [trail[0], trail.at(-1)];
  if (!first || !last || trail.length < POINTS_MIN || !(last.high > last.low)) return null;
  const half = (last.high - last.low) / 2;
  const away = (bound: number) => Math.abs(bound - last.mean);
  const radius = Math.min(
    HALF_WIDTHS_MAX * half,
    Math.max(...trail.flatMap(({ low, high }) => [away(low), away(high)])),
  );
  const x = (n: number) => (100 * (n - first.n)) / (last.n - first.n);
  const y = (value: number) => Math.min(200, Math.max(-100, 50 - (50 * (value - last.mean)) / radius));
  const at = (n: number, value: number) => `${x(n).toFixed(2)},${y(value).toFixed(2)}`;
  return {
    mean: trail.map(({ n, mean }) => at(n, mean)).join(" "),
    interval: [...trail.map(({ n, high }) => at(n, high)), ...trail.map(({ n, low }) => at(n, low)).reverse()].join(
      " ",
    ),
  };
}
