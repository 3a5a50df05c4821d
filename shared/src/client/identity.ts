/** Who a client is to coordinators; where its key lies is each client's own affair. */
export type Identity = {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** A signature of 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
};
