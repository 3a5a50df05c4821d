/** What the views of a job tell about its pace. */

/** How much was done at a time, in milliseconds. */
export type Seen = { readonly at: number; readonly done: number };

/**
 * Items a second between the first times at which so many were seen to be done; null when that is one and the same time, since no view
 * fell in between.
 */
export function rateBetween(seen: readonly Seen[], from: number, to: number): number | null {
  const first = seen.find(({ done }) => done >= from);
  const last = seen.find(({ done }) => done >= to);
  if (!first || !last || last.at === first.at) return null;
  return ((last.done - first.done) * 1_000) / (last.at - first.at);
}
