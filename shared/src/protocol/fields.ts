/**
 * Fields that several messages share, each with its limit. What a tab loads is written in zod's small dialect: a volunteer's worker
 * would else carry every kind of schema there is, 17 KB of them compressed. It is the same validator with the same schemas.
 */

import * as z from "zod/mini";
import en from "zod/v4/locales/en.js";
import {
  ASKED_MS_MAX,
  ATOM_ID_LENGTH_MAX,
  ERROR_BYTES_MAX,
  LEASE_ELECTRONS_MAX,
  MESSAGE_BYTES_MAX,
} from "../limits.js";

// The other dialect brings the words for what is wrong along; this one says "Invalid input" unless it is given them.
z.config(en());

/** Raised with every change of a message's shape or meaning; a handshake of another version is refused. */
export const PROTOCOL_VERSION = 1;

/** Bytes, at most `max` of them; a Node `Buffer` will do. The limit stands in the schema's metadata, too. */
export const bytes = (max: number) =>
  z
    .custom<Uint8Array>((b) => b instanceof Uint8Array, "no bytes")
    .check(z.refine((b) => b.length <= max, `longer than ${max} bytes`))
    .register(z.globalRegistry, { bytesMax: max });
/** An integer in `[min, max]`. */
export const whole = (min: number, max: number) => z.int().check(z.minimum(min), z.maximum(max));
/** A text of at most `max` letters. */
export const text = (max: number) => z.string().check(z.maxLength(max));
const filled = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));

/** How many there are of something, from 0 to 2⁵³ − 1. */
export const count = whole(0, Number.MAX_SAFE_INTEGER);
/** As the coordinator gave it: at most 40 letters. */
export const jobId = filled(40);
/** `name@sha256-<64 hexadecimal digits>`; whether it is one, whoever fetches it finds out. */
export const atomId = filled(ATOM_ID_LENGTH_MAX);
/** Chosen by the client, new at each start of a tab or process; kept over reconnects. 128 bits in hexadecimal. */
export const sessionId = z.string().check(z.regex(/^[0-9a-f]{32}$/));
/** Never used twice on one store. */
export const leaseId = whole(0, Number.MAX_SAFE_INTEGER);
/** The number of an electron in its job, from 0. */
export const electron = whole(0, Number.MAX_SAFE_INTEGER);

/** Why an electron did not complete, as the volunteer saw it. */
export const FAILURE_CODES = [
  "error",
  "time_out",
  "worker_died",
  "out_of_memory",
  "not_encodable",
  "result_too_large",
] as const;

/** How an electron ended without a result. Message and stack are the atom's, cut to ERROR_BYTES_MAX together by an honest client; `retryAfterMs` is its wish, null for none. */
export const failure = z.object({
  code: z.enum(FAILURE_CODES),
  message: text(ERROR_BYTES_MAX),
  stack: z.nullable(text(ERROR_BYTES_MAX)),
  /** False when the atom said that trying again is useless. */
  retryable: z.boolean(),
  retryAfterMs: z.nullable(whole(0, ASKED_MS_MAX)),
});
/** `code` is one of `FAILURE_CODES`. */
export type Failure = z.infer<typeof failure>;

/** Results of neighbouring electrons: `count` of them, each with its microseconds, both packed by `pack.ts`. */
export const part = z.object({
  count: whole(1, LEASE_ELECTRONS_MAX),
  micros: bytes(4 * LEASE_ELECTRONS_MAX),
  values: bytes(MESSAGE_BYTES_MAX),
});
/** `micros` has 4 bytes an electron; `values` begins with the byte that says how they are packed. */
export type Part = z.infer<typeof part>;

/** Turns a table of schemas into the union `{ type, … }` of what it describes; an empty object adds no fields. */
export type Messages<T extends Record<string, z.ZodMiniType>> = {
  [K in keyof T]: { type: K } & (string extends keyof z.infer<T[K]> ? unknown : z.infer<T[K]>);
}[keyof T];
