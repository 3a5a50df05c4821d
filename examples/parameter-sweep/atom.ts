/** How well a damped oscillation of a given damping and frequency fits measured points: one cell of a sweep over both. */
import { defineAtom } from "@valence/shared/atom";

/** Damping in 1/s, frequency in radians/s. */
export type Cell = { damping: number; frequency: number };
/** `fit` is the share of the points' variance that the oscillation explains: 1 for all of it. */
export type Fitted = Cell & { amplitude: number; fit: number };
/** The job's params: displacements `y` at the times `t`, in seconds. */
export type Points = { t: number[]; y: number[] };

export default defineAtom<Cell, Fitted>({
  name: "parameter-sweep",
  payload: {
    type: "object",
    required: ["damping", "frequency"],
    properties: { damping: { type: "number", minimum: 0 }, frequency: { type: "number", minimum: 0 } },
  },
  process({ damping, frequency }, { params, fail }) {
    const { t, y } = (params ?? {}) as Partial<Points>;
    if (!t || !y || t.length !== y.length)
      return fail("params must be {t, y}, as many times as values", { retryable: false });
    const fade = t.map((time) => Math.exp(-damping * time));
    const cosines = t.map((time, i) => Math.cos(frequency * time) * (fade[i] ?? 0));
    const sines = t.map((time, i) => Math.sin(frequency * time) * (fade[i] ?? 0));
    const [a, b] = leastSquares(cosines, sines, y);
    const left = y.map((value, i) => value - a * (cosines[i] ?? 0) - b * (sines[i] ?? 0));
    const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
    const off = y.map((value) => value - mean);
    return { damping, frequency, amplitude: Math.sqrt(a * a + b * b), fit: 1 - dot(left, left) / dot(off, off) };
  },
});

/** The `a` and `b` for which `a·u + b·v` comes closest to `y`, by the normal equations. */
function leastSquares(u: readonly number[], v: readonly number[], y: readonly number[]): [number, number] {
  const [uu, uv, vv] = [dot(u, u), dot(u, v), dot(v, v)];
  const determinant = uu * vv - uv * uv;
  // Without a frequency there is no sine, and the cosine does what it can.
  if (determinant < 1e-9 * uu * uu) return [dot(u, y) / uu, 0];
  return [(dot(u, y) * vv - dot(v, y) * uv) / determinant, (dot(v, y) * uu - dot(u, y) * uv) / determinant];
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
