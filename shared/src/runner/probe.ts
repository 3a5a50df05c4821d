/** How fast an atom is over a range whose chunk is not fixed yet. */
import type { InputShape } from "../shape-form.js";

/** A call of that length tells the speed well enough. */
const ENOUGH_MS = 50;
/** All calls together. */
const PROBE_MS = 2_000;

/** A call over the first `items` items took that long; zero items: the first one failed. */
export type Probed = { readonly items: number; readonly elapsedMs: number };

/**
 * Calls the atom over the first 1, 2, 4, … items and answers with the last call that succeeded, so that what the first ones
 * spent on warming up does not count.
 */
export async function probeRange(
  shape: InputShape,
  call: (payload: unknown) => unknown,
  now: () => number,
): Promise<Probed> {
  const began = now();
  let best: Probed = { items: 0, elapsedMs: 0 };
  if (shape.kind !== "range") return best;
  for (let items = 1; ; items = Math.min(2 * items, shape.total)) {
    const start = now();
    try {
      await call({ from: shape.from, to: shape.from + items });
    } catch {
      return best;
    }
    const end = now();
    best = { items, elapsedMs: end - start };
    if (best.elapsedMs >= ENOUGH_MS || end - began >= PROBE_MS || items === shape.total) return best;
  }
}
