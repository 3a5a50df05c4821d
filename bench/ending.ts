/** How a program ends before its time: everything it has open is closed first, whatever that is. */
import { constants } from "node:os";
import { openThings } from "@valence/e2e/open-things";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** A shell says that of a program that was ended by a signal. */
const SIGNALLED = 128;
/** Ctrl-C reaches every process of the terminal, and npm passes it on to those it started: that is one signal, not two. */
const SAME_SIGNAL_MS = 500;
/** A server that does not answer shall not hold up the end for longer. */
const CLOSING_MS = 10_000;

/**
 * From here on a signal, an error that nobody caught or a reader of the output that is gone closes all that is open, and ends the program:
 * with 128 and the signal's number, or with 1. A second signal ends it at once. The signal that is given back is aborted first, so
 * that whoever is under way does not take what is closed for a fault.
 */
export function closeBeforeEnding(): AbortSignal {
  const ending = new AbortController();
  let since = 0;
  const end = (code: number) => {
    if (ending.signal.aborted) return;
    since = performance.now();
    ending.abort();
    setTimeout(() => process.exit(code), CLOSING_MS);
    openThings
      .closeForGood()
      .catch((error) => console.error(error))
      .finally(() => process.exit(code));
  };
  for (const signal of SIGNALS) {
    const code = SIGNALLED + constants.signals[signal];
    process.on(signal, () => {
      if (ending.signal.aborted && performance.now() - since > SAME_SIGNAL_MS) process.exit(code);
      end(code);
    });
  }
  process.on("uncaughtException", (error) => {
    if (!ending.signal.aborted) console.error(error);
    end(1);
  });
  process.stdout.on("error", () => end(SIGNALLED + constants.signals.SIGPIPE));
  process.stderr.on("error", () => end(SIGNALLED + constants.signals.SIGPIPE));
  return ending.signal;
}
