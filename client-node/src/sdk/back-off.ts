/** How long to wait before the next try, and the waiting. */
import { setTimeout as delay } from "node:timers/promises";
import { ProblemError, UnreachableError } from "./errors.js";

const BASE_MS = 200;
const MAX_MS = 5_000;

/** Full jitter over `[0, min(5 s, 0.2 s × 2^failures)]`: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
export function backOffMs(failures: number, random: () => number = Math.random): number {
  return random() * Math.min(MAX_MS, BASE_MS * 2 ** failures);
}

/** As long as the error asks, and some jitter, so that those who were turned away together do not come back together. */
export function waitMsAfter(error: unknown, failures: number): number {
  const asked = error instanceof ProblemError ? (error.retryAfterMs ?? 0) : 0;
  return asked + backOffMs(failures);
}

/** Whether the same request may go through later: nothing was heard, or the coordinator is busy or restarting. */
export function isTransient(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  return error instanceof ProblemError && (error.status === 429 || error.status >= 500);
}

/** Waits. Rejects with the signal's reason as soon as it aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
