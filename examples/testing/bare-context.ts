/** The second argument of an atom's `process`, for calls without a grid. */
import type { Context } from "@valence/shared/atom";
import { seededRandom } from "@valence/shared/random";

export function bareContext({ seed = 0, item = 0 }: { seed?: number; item?: number } = {}): Context {
  return {
    params: null,
    shared: null,
    item,
    attempt: 1,
    random: seededRandom(seed, item),
    progress: () => {},
    log: () => {},
    fail: (message) => {
      throw new Error(message);
    },
  };
}
