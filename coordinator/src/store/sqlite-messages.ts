/** What the store and its thread say to each other. Every call has a number; its answer carries it back. */
import type { ForgetQuery } from "./sqlite-events.js";
import type { Packet, Slice } from "./sqlite-packet.js";
import type { ReadCall } from "./sqlite-reads.js";
import type { StoreError } from "./store.js";

/** All calls of one turn of the main thread's loop, in the order they were made. */
export type Batch = { readonly packet: Packet; readonly calls: readonly Call[] };

export type Call =
  | { readonly id: number; readonly type: "commit"; readonly slice: Slice }
  | { readonly id: number; readonly type: "read"; readonly read: ReadCall }
  | { readonly id: number; readonly type: "boot" }
  | { readonly id: number; readonly type: "forgetEvents"; readonly query: ForgetQuery }
  /** The last call of all. */
  | { readonly id: number; readonly type: "close" };

/** An error class does not survive the way between threads. */
export type Refused = { readonly code: StoreError["code"]; readonly message: string };

export type Answer =
  /** First of all: whether the database is open. */
  | { readonly type: "opened" }
  | { readonly type: "unopened"; readonly refused: Refused }
  /** Commits that are durable. */
  | { readonly type: "committed"; readonly ids: readonly number[] }
  /** The buffer of a batch, when all of the batch is answered. */
  | { readonly type: "spare"; readonly buffer: ArrayBuffer }
  | { readonly type: "value"; readonly id: number; readonly value: unknown }
  | { readonly type: "refused"; readonly id: number; readonly refused: Refused };
