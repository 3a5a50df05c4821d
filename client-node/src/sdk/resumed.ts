/** Streams that outlive their connections. */
import { isTransient, pause, waitMsAfter } from "./back-off.js";

/**
 * What `open` gives, and what it gives when it is asked again after a broken connection: to go on where it was is for `open` to
 * do. The first request must succeed; later ones are repeated for as long as it takes.
 */
export async function* resumed<T>(
  open: () => Promise<AsyncIterable<T>>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, void> {
  let begun = false;
  let failures = 0;
  for (;;) {
    try {
      const stream = await open();
      begun = true;
      for await (const each of stream) {
        failures = 0;
        yield each;
      }
      return;
    } catch (error) {
      if (!begun || !isTransient(error)) throw error;
      await pause(waitMsAfter(error, failures++), signal);
    }
  }
}
