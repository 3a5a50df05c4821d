/** When a client whose link broke comes back. */

/** The longest wait after the first failure; it doubles with each one. */
export const RECONNECT_MIN_MS = 200;
/** The longest wait after any number of failures. */
export const RECONNECT_MAX_MS = 5_000;

/**
 * The wait before the next try, in milliseconds: full jitter over `[0, min(5 s, 0.2 s × 2^(failures − 1))]`, so that clients
 * whose coordinator restarts do not come back all at once (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture
 * Blog, 2015).
 *
 * @param failures in a row, at least 1
 * @param random in `[0, 1)`
 */
export function reconnectMs(failures: number, random: number): number {
  return random * Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** (failures - 1));
}
