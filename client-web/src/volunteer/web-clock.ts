/** Time and turns of a worker's event loop. In a worker, since a hidden page rings its own timers once a minute. */
import type { Clock } from "@valence/shared/client/clock";

/** The longest that a timer can wait. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export function webClock(): Clock {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return {
    now: () => performance.now(),
    after: (ms, act) => {
      const timer = setTimeout(act, Math.min(ms, TIMER_MS_MAX));
      return () => clearTimeout(timer);
    },
    soon: (act) => {
      waiting.push(act);
      port2.postMessage(null);
    },
  };
}
