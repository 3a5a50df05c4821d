/** π by throwing darts at a square: the share that lands in the quarter circle, times four. */
import { defineAtom } from "@valence/shared/atom";

/** What `mean` weighs by its number of darts: sums over 4 for a hit and 0 for a miss. */
export type Darts = { n: number; sum: number; sumSquares: number };

export default defineAtom<{ from: number; to: number }, Darts>({
  name: "monte-carlo-pi",
  payload: {
    type: "object",
    required: ["from", "to"],
    properties: { from: { type: "integer" }, to: { type: "integer" } },
  },
  process({ from, to }, { random }) {
    let hits = 0;
    for (let dart = from; dart < to; dart++) {
      const x = random();
      const y = random();
      if (x * x + y * y < 1) hits += 1;
    }
    return { n: to - from, sum: 4 * hits, sumSquares: 16 * hits };
  },
});
