/** The work of chaos: cheap electrons, whose sum depends on the order of adding, unless it is exact. */
import { reducerOf } from "@valence/coordinator/core/reduce/reducer-of";

/**
 * Doubles of very different size and sign, by operations that are exact everywhere: a tab and a Node client may have engines
 * of different age. `params.everyMs` is what eight electrons take, so that a job lasts while the machine stays free for the others.
 */
export const AWKWARD_ATOM = `const SCALES = [1e-20, 1e-13, 1e-6, 1, 1e6, 1e13, 1e20];
export default {
  name: "awkward",
  async process({ from }, { params }) {
    if (from % 8 === 0) await new Promise((resolve) => setTimeout(resolve, params.everyMs));
    return ((((from * 7919) % 1009) - 504.5) * SCALES[from % 7]) / 3;
  },
};`;

const SCALES = [1e-20, 1e-13, 1e-6, 1, 1e6, 1e13, 1e20];

/** What the atom gives of an electron. */
export function awkward(electron: number): number {
  return ((((electron * 7919) % 1009) - 504.5) * (SCALES[electron % 7] ?? Number.NaN)) / 3;
}

/** What a single thread makes of all of them. */
export function awkwardSum(electrons: number): number {
  const reducer = reducerOf("sum");
  let fold = reducer.empty();
  for (let electron = 0; electron < electrons; electron++)
    fold = reducer.fold(fold, { value: awkward(electron), electron });
  return reducer.read(fold) as number;
}
