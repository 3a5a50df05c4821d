/** Asks again and again while somebody looks: at once when the page is seen again, and more slowly while nobody answers. */
import { effect, untracked } from "@preact/signals";
import { reconnectMs } from "@valence/shared/reconnect";
import { asFault, type GridFault } from "./fault.js";
import { token } from "./token.js";
import { visible } from "./visible.js";

export type PollOptions<T> = {
  /** Reads what is there now. */
  look(signal: AbortSignal): Promise<T>;
  /** `asOf`: when the request was sent; what came by another way since then is newer. */
  onSeen(seen: T, asOf: number): void;
  onFault(fault: GridFault): void;
  /** Until the next request, after an answer. */
  everyMs(): number;
};

export type Poll = {
  /** Asks now. */
  soon(): void;
  stop(): void;
};

/** After a refusal that asking again does not mend. */
const REFUSED_MS = 15_000;

export function poll<T>(options: PollOptions<T>): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The request under way; whoever has lost this place says nothing any more. */
  let looking = new AbortController();
  let failures = 0;

  const round = async () => {
    clearTimeout(timer);
    looking.abort();
    looking = new AbortController();
    const { signal } = looking;
    const waitMs = await once(signal);
    if (!signal.aborted && visible.peek()) timer = setTimeout(round, waitMs);
  };
  const once = async (signal: AbortSignal): Promise<number> => {
    const asOf = performance.now();
    try {
      const seen = await options.look(signal);
      failures = 0;
      if (!signal.aborted) options.onSeen(seen, asOf);
      return options.everyMs();
    } catch (error) {
      if (signal.aborted) return 0;
      const fault = asFault(error);
      failures += 1;
      options.onFault(fault);
      if (!fault.passes) return REFUSED_MS;
      return (fault.retryAfterMs ?? 0) + reconnectMs(failures, Math.random());
    }
  };
  const leave = effect(() => {
    token.value; // another one may show other things
    if (visible.value) untracked(() => void round());
    else clearTimeout(timer);
  });
  return {
    soon: () => void round(),
    stop() {
      leave();
      clearTimeout(timer);
      looking.abort();
    },
  };
}
