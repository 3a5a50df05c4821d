/** How often one visitor may come: a bounded number a second, counted in memory. Knows nothing of what is visited. */
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
      await limiter.consume(owner === null ? `address ${addressKey(address)}` : `owner ${owner}`);
      return 0;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return Math.max(1, refusal.msBeforeNext);
    }
  };
}
