/** How long the events of a job outlive it. */
import type { Store } from "../store/store.js";

export const EVENTS_KEPT_MS = 7 * 24 * 3_600_000;
/** Some 3 ms of the store's thread, which then serves others. */
const EVENTS_AT_ONCE = 500;

/** Forgets the events of jobs that ended longer ago than that, a few at a time. Rejects as the store does. */
export async function forgetOldEvents(store: Pick<Store, "forgetEvents">): Promise<void> {
  const query = { endedBefore: Date.now() - EVENTS_KEPT_MS, limit: EVENTS_AT_ONCE };
  while (await store.forgetEvents(query));
}
