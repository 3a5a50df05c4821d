/** Waiting for a count of a test to come to rest, as that of a producer whose reader has stopped. */
import { setTimeout as delay } from "node:timers/promises";

/** So long without a change is rest: many times what one more item takes over loopback. */
const REST_MS = 150;

/** Resolves to the count once it is above 0 and has not changed for REST_MS; never, if it never begins or never rests. */
export async function steady(count: () => number): Promise<number> {
  for (let last = 0; ; last = count()) {
    await delay(REST_MS);
    if (last > 0 && count() === last) return last;
  }
}
