/**
 * How a long-running command ends: the first SIGINT, SIGTERM or SIGHUP asks it to, a second SIGINT or SIGTERM ends the process at once.
 * A second SIGHUP does not: one closed session sends it twice, once by its shell and once by the system.
 */
import { closeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
export type StopSignal = keyof typeof SIGNALS;

/**
 * The first signal from now on. Ask for it before anything that a signal should find ready: it is remembered. `onSecond` is called
 * before a second one ends the process.
 */
export function stopRequest({ onSecond }: { onSecond?: (signal: StopSignal) => void } = {}): Promise<StopSignal> {
  return new Promise((resolve) => {
    let stopping = false;
    process.once("SIGHUP", () => process.on("exit", leaveTerminal));
    for (const name of Object.keys(SIGNALS) as StopSignal[]) {
      process.on(name, () => {
        if (stopping && name === "SIGHUP") return;
        if (stopping) {
          onSecond?.(name);
          process.exit(128 + SIGNALS[name]);
        }
        stopping = true;
        resolve(name);
      });
    }
  });
}

/**
 * Node puts the terminal it was started on back as it was when it ends, and aborts when that fails because the terminal is gone; what is
 * closed it leaves alone. Nothing is said any more by now.
 */
function leaveTerminal(): void {
  for (const fd of [0, 1, 2]) {
    try {
      closeSync(fd);
    } catch {} // it was closed from the start
  }
}

type Stopping = {
  readonly stop: (signal: StopSignal) => Promise<unknown>;
  readonly maxMs: number;
  /** Called before the process is ended, as `stop` took too long. */
  readonly onLate?: () => void;
  readonly ended?: Promise<unknown>;
};

/**
 * Waits for the request, or for `ended`, and then for `stop`, but no longer than `maxMs`, after which the process is ended with what
 * is left undone. Gives the signal that asked, or null for `ended`.
 */
export async function untilStopped(
  request: Promise<StopSignal>,
  { stop, maxMs, onLate, ended = new Promise(() => {}) }: Stopping,
): Promise<StopSignal | null> {
  const alive = setInterval(() => {}, 2 ** 30); // A promise alone keeps no process.
  const signal = await Promise.race([request, ended.then(() => null)]);
  clearInterval(alive);
  if (signal === null) return null;
  const late = delay(maxMs, "late", { ref: false });
  if ((await Promise.race([stop(signal), late])) === "late") {
    onLate?.();
    process.exit();
  }
  return signal;
}
