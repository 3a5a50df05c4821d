/**
 * Requests that carry an `Idempotency-Key`: however often one is repeated within 24 hours, it makes one job. The key is written in
 * the transaction of the job, so that there is never one without the other.
 */
import { createHash } from "node:crypto";
import { GridError } from "@valence/shared/errors";
import type { KeyRow } from "../core/writes.js";
import type { Store } from "../store/store.js";
import { Turns } from "./turns.js";

export const KEY_KEPT_MS = 24 * 60 * 60 * 1000;

/** A request with its key, of one token. */
export type KeyedRequest = { readonly owner: string; readonly key: string; readonly body: unknown };

export class Keys {
  readonly #store: Store;
  /** Requests with one key wait for each other. */
  readonly #turns = new Turns();

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * The id of the job that a request with this key has made; else that which `make` makes, with the row to write beside it.
   *
   * @throws GridError `key_reused`, or what `make` throws: the key then stays unused
   */
  once(
    { owner, key, body }: KeyedRequest,
    make: (rowOf: (job: string) => KeyRow) => Promise<string>,
  ): Promise<{ job: string; replayed: boolean }> {
    const digest = digestOf(body);
    return this.#turns.take(`${owner} ${key}`, async () => {
      const now = Date.now();
      const known = await this.#store.key(owner, key);
      if (known === null || known.createdAt <= now - KEY_KEPT_MS) {
        return { job: await make((job) => ({ owner, key, digest, job, createdAt: now })), replayed: false };
      }
      if (known.digest === digest) return { job: known.job, replayed: true };
      const sentence = `another request came with this key, and made the job ${known.job}`;
      throw new GridError("key_reused", `${sentence}: send a new key with a new job.`, { details: { job: known.job } });
    });
  }

  /** Forgets keys that are too old to hold. */
  async sweep(): Promise<void> {
    await this.#store.commit([{ type: "forgetKeys", before: Date.now() - KEY_KEPT_MS }]);
  }
}

/** Of the JSON that was read: spaces between its parts say nothing, the order of its keys may. */
function digestOf(body: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(body) ?? "")
    .digest("hex");
}
