/**
 * How a long-running command ends: the first SIGINT, SIGTERM or SIGHUP asks it to, a second SIGINT or SIGTERM ends the process at once.
 * A second SIGHUP does not: one closed session sends it twice, once by its shell and once by the system.
 */
import { setTimeout as delay } from "node:timers/promises";

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
export type StopSignal = keyof typeof SIGNALS;

/** The first signal from now on. Ask for it before anything that a signal should find ready: it is remembered. */
export function stopRequest(): Promise<StopSignal> {
  return new Promise((resolve) => {
    let stopping = false;
    for (const name of Object.keys(SIGNALS) as StopSignal[]) {
      process.on(name, () => {
        if (stopping && name !== "SIGHUP") process.exit(128 + SIGNALS[name]);
        stopping = true;
        resolve(name);
      });
    }
  });
}

/**
 * Waits for the request, or for `ended`, and then for `stop`, but no longer than `maxMs`, after which the process is ended with what
 * is left undone.
 */
export async function untilStopped(
  request: Promise<StopSignal>,
  {
    stop,
    maxMs,
    ended = new Promise(() => {}),
  }: { stop: (signal: StopSignal) => Promise<unknown>; maxMs: number; ended?: Promise<unknown> },
): Promise<void> {
  const alive = setInterval(() => {}, 2 ** 30); // A promise alone keeps no process.
  const signal = await Promise.race([request, ended.then(() => null)]);
  clearInterval(alive);
  if (signal === null) return;
  const late = delay(maxMs, "late", { ref: false });
  if ((await Promise.race([stop(signal), late])) === "late") process.exit();
}
