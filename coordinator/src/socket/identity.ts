/** Checks that a volunteer holds the key that it calls its identity. */
import { createPublicKey, verify } from "node:crypto";
import { GridError } from "@valence/shared/errors";
import { helloBytes } from "@valence/shared/protocol/hello";
import type { Up } from "@valence/shared/protocol/up";

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/**
 * The identity in hexadecimal, once its key has signed this link's nonce.
 * @throws GridError `bad_signature`.
 */
export function provenIdentity(hello: Extract<Up, { type: "hello" }>, nonce: Uint8Array): string {
  const { identity, signature, session } = hello;
  if (identity.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES || !signed(hello, nonce)) {
    throw new GridError(
      "bad_signature",
      `The signature is not the identity's own of session ${session} and this nonce.`,
    );
  }
  return Buffer.from(identity).toString("hex");
}

function signed({ identity, signature, session }: Extract<Up, { type: "hello" }>, nonce: Uint8Array): boolean {
  const x = Buffer.from(identity).toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return verify(null, helloBytes(nonce, session), key, signature);
}
