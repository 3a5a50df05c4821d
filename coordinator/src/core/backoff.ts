/** How long a failed electron waits before its next try. */
import type { Backoff } from "@valence/shared/policy";

/** Upper bound of the wait after `failed` failed tries (1, 2, …), in milliseconds. */
export function backoffMaxMs(backoff: Backoff, failed: number): number {
  return Math.min(backoff.maxMs, backoff.baseMs * growth(backoff.kind, failed));
}

/** Full jitter: uniform in `[0, max]`, so that electrons that failed together do not come back together. */
export function backoffMs(backoff: Backoff, failed: number, random: () => number): number {
  return Math.round(random() * backoffMaxMs(backoff, failed));
}

function growth(kind: Backoff["kind"], failed: number): number {
  if (kind === "fixed") return 1;
  if (kind === "exponential") return 2 ** Math.min(52, failed - 1);
  let [previous, current] = [0, 1];
  for (let i = 1; i < Math.min(failed, 78); i++) [previous, current] = [current, previous + current];
  return current;
}
