/** What a volunteer signs to prove its identity. */
import { PROTOCOL_VERSION } from "./fields.js";

/** So that no signature made for anything else can pass for a greeting, nor this one for anything else. */
const DOMAIN = `valence volunteer hello ${PROTOCOL_VERSION}\n`;

/**
 * The bytes that a volunteer signs with its Ed25519 key: domain, nonce and session, in this order.
 *
 * @param nonce 32 bytes, from `challenge`
 * @param session 32 hexadecimal digits, as in `hello`
 */
export function helloBytes(nonce: Uint8Array, session: string): Uint8Array {
  const bytes = new Uint8Array(DOMAIN.length + nonce.length + session.length);
  bytes.set(ascii(DOMAIN));
  bytes.set(nonce, DOMAIN.length);
  bytes.set(ascii(session), DOMAIN.length + nonce.length);
  return bytes;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
