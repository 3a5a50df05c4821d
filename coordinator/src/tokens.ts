/** Who a token makes its holder. Only fingerprints leave this file; a token is compared in constant time. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Caller } from "./api.js";

/** Someone without a token. */
export const NOBODY: Caller = { owner: null, admin: false };

/** What the adapters ask about a token that a stranger showed. */
export interface Tokens {
  /** Null for a token that this coordinator does not know. */
  callerOf(token: string): Caller | null;
}

/** The fingerprint of a token, by which what it published and submitted is owned. */
export function ownerOf(token: string): string {
  return digestOf(token).toString("hex").slice(0, 16);
}

/** Knows one token: the operator's. */
export function adminTokens(token: string): Tokens {
  const expected = digestOf(token);
  const admin: Caller = { owner: ownerOf(token), admin: true };
  return {
    callerOf: (shown) => (timingSafeEqual(digestOf(shown), expected) ? admin : null),
  };
}

/** Enough of a fingerprint to tell the holders of one coordinator's tokens apart. */
export function shortOwner({ owner }: Caller): string | null {
  return owner === null ? null : owner.slice(0, 8);
}

/** The prefix keeps a fingerprint from meaning anything where the same token is hashed elsewhere. */
function digestOf(token: string): Buffer {
  return createHash("sha256").update("valence token\n").update(token).digest();
}
