/** Time and turns of Node's event loop. */
import type { Clock } from "@valence/shared/client/clock";

/** The longest that a timer of Node can wait. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export const nodeClock: Clock = {
  now: () => performance.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, Math.min(ms, TIMER_MS_MAX));
    return () => clearTimeout(timer);
  },
  soon: (act) => void setImmediate(act),
};
