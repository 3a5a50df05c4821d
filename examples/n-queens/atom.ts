/** In how many ways queens can be added to those of the first rows, until every row has one and none attacks another. */
import { defineAtom } from "@valence/shared/atom";

/** A board of `n` by `n`, and the columns of the queens in its first rows. */
export type Prefix = { n: number; columns: number[] };

export default defineAtom<Prefix, number>({
  name: "n-queens",
  payload: {
    type: "object",
    required: ["n", "columns"],
    properties: {
      // Above 20 a prefix of two rows takes longer than an electron should.
      n: { type: "integer", minimum: 1, maximum: 20 },
      columns: { type: "array", maxItems: 20, items: { type: "integer", minimum: 0, maximum: 19 } },
    },
  },
  process({ n, columns }, { fail }) {
    let [taken, falling, rising] = [0, 0, 0];
    for (const column of columns) {
      if (column >= n) fail(`column ${column} is not on a board of ${n}`, { retryable: false });
      const queen = 1 << column;
      if (((taken | falling | rising) & queen) !== 0) return 0;
      taken |= queen;
      falling = (falling | queen) << 1;
      rising = (rising | queen) >> 1;
    }
    return countFrom(2 ** n - 1, { taken, falling, rising });
  },
});

/** Bits are columns: those with a queen, and those that a diagonal from above attacks in the next row. */
type Attacked = { taken: number; falling: number; rising: number };

function countFrom(board: number, { taken, falling, rising }: Attacked): number {
  if (taken === board) return 1;
  let count = 0;
  for (let free = board & ~(taken | falling | rising); free !== 0; free &= free - 1) {
    const queen = free & -free;
    count += countFrom(board, { taken: taken | queen, falling: (falling | queen) << 1, rising: (rising | queen) >> 1 });
  }
  return count;
}
