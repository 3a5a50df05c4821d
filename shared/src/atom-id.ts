/** Names and ids of atoms: an id is a name and the SHA-256 of the source's bytes, so the same bytes have the same id everywhere. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { ATOM_NAME_LENGTH_MAX } from "./limits.js";

/** One version of an atom: `name@sha256-<64 lower-case hex digits>`. */
export type AtomId = `${string}@sha256-${string}`;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const HASH = /^[0-9a-f]{64}$/;
const BETWEEN = "@sha256-";

/**
 * Whether an atom may be called so: 1 to 64 ASCII letters, digits, `.`, `_` and `-`, the first a letter or a digit; case counts.
 * Such a name needs no escape in a path, holds no `@` and is never `.` or `..`.
 */
export function isAtomName(name: string): boolean {
  return name.length <= ATOM_NAME_LENGTH_MAX && NAME.test(name);
}

/** The id of a name and a hash; both must be well formed (a `RangeError`, being a bug, when not). */
export function atomIdOf(name: string, sha256hex: string): AtomId {
  if (!isAtomName(name) || !HASH.test(sha256hex)) throw new RangeError(`no atom id: ${name}, ${sha256hex}`);
  return `${name}${BETWEEN}${sha256hex}`;
}

/** The two halves of an id, or `null` when it is none (a bare name is none). */
export function parseAtomId(id: string): { readonly name: string; readonly sha256: string } | null {
  const cut = id.indexOf(BETWEEN);
  if (cut < 0) return null;
  const name = id.slice(0, cut);
  const hash = id.slice(cut + BETWEEN.length);
  return isAtomName(name) && HASH.test(hash) ? { name, sha256: hash } : null;
}

/** SHA-256 as 64 lower-case hex digits. About 6 ms for 1 MiB: keep large ones off an event loop that others wait for. */
export function sha256Hex(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}
