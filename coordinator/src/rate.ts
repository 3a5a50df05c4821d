/** How often one visitor may come, and how much may be open for one at a time: counted in memory. Knows nothing of what is visited. */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { addressKey, isLoopback } from "./address.js";

/** This machine drives demos, tests and whatever stands behind a proxy on it. */
const LOOPBACK_FACTOR = 10;

/** Who comes: the owner of a valid token counts as one from wherever; everyone else counts by address. */
export type Visitor = { readonly address: string; readonly owner: string | null };

/** Counts a visit, and resolves to the milliseconds that the visitor must wait: 0 to go on. */
export type Rate = (visitor: Visitor) => Promise<number>;

/** At most `perSecond` visits a second each, from loopback ten times that. */
export function rate(perSecond: number): Rate {
  const far = new RateLimiterMemory({ points: perSecond, duration: 1 });
  const near = new RateLimiterMemory({ points: perSecond * LOOPBACK_FACTOR, duration: 1 });
  return async ({ address, owner }) => {
    const limiter = isLoopback(address) ? near : far;
    try {
      await limiter.consume(keyOf({ address, owner }));
      return 0;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return Math.max(1, refusal.msBeforeNext);
    }
  };
}

/** When somebody for whom there was no place may look whether one has been left. */
export const PLACE_RETRY_MS = 10_000;

/** Takes a place for a visitor, and gives the way to leave it; null when all of this visitor's are taken. */
export type Places = (visitor: Visitor) => (() => void) | null;

/** At most `max` open at a time for each, from loopback ten times that. */
export function places(max: number): Places {
  const taken = new Map<string, number>();
  return (visitor) => {
    const key = keyOf(visitor);
    const count = taken.get(key) ?? 0;
    if (count >= (isLoopback(visitor.address) ? max * LOOPBACK_FACTOR : max)) return null;
    taken.set(key, count + 1);
    return () => {
      const left = (taken.get(key) ?? 1) - 1;
      if (left > 0) taken.set(key, left);
      else taken.delete(key);
    };
  };
}

function keyOf({ address, owner }: Visitor): string {
  return owner === null ? `address ${addressKey(address)}` : `owner ${owner}`;
}
