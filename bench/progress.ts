/** What the views of a job tell about its pace. */

/** How much was done at a time, in milliseconds. */
export type Seen = { readonly at: number; readonly done: number };

/**
 * Items a second between the first times at which so many were seen to be done; null when no view fell in between, or the one after lies
 * further behind the part than the part is long: that would be the pace of something else.
 */
export function rateBetween(seen: readonly Seen[], from: number, to: number): number | null {
  const first = seen.find(({ done }) => done >= from);
  const last = seen.find(({ done }) => done >= to);
  if (!first || !last || last.at === first.at || last.done - to > to - from) return null;
  return ((last.done - first.done) * 1_000) / (last.at - first.at);
}
