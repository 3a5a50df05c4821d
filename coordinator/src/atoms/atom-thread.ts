/**
 * A thread that reads atoms: bytes in, what the coordinator may know of them out. It has no clock; `atom-reader.ts` ends it when
 * a source takes too long. Hashing is here too, since it would hold up the coordinator's thread for milliseconds.
 */
import { parentPort } from "node:worker_threads";
import { type AtomId, atomIdOf, sha256Hex } from "@valence/shared/atom-id";
import { type ErrorCode, type ErrorDetails, GridError } from "@valence/shared/errors";
import type { JsonSchema } from "@valence/shared/payload-schema";
import { readAtom } from "./read-atom.js";

/** An atom that was read. */
export type AtomReading = { readonly id: AtomId; readonly name: string; readonly schema: JsonSchema | null };

/** What the thread posts: once that it is up, and then one answer a question. An error crosses as plain fields. */
export type FromThread =
  | { readonly type: "up" }
  | { readonly type: "read"; readonly reading: AtomReading }
  | { readonly type: "refused"; readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };

const utf8 = new TextDecoder("utf-8", { fatal: true });

function post(message: FromThread): void {
  parentPort?.postMessage(message);
}

function read(bytes: Uint8Array): AtomReading {
  const outline = readAtom(decode(bytes));
  return { id: atomIdOf(outline.name, sha256Hex(bytes)), ...outline };
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new GridError("atom_syntax", "The atom's source is not UTF-8.", { cause });
  }
}

/** Anything but a `GridError` is a bug: thrown on, it ends the thread, and the reader reports it as `internal`. */
parentPort?.on("message", (bytes: Uint8Array) => {
  try {
    post({ type: "read", reading: read(bytes) });
  } catch (error) {
    if (!(error instanceof GridError)) throw error;
    post({ type: "refused", code: error.code, message: error.message, details: error.details ?? {} });
  }
});
post({ type: "up" });
