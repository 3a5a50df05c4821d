/** Headers of requests that routes look at: what they mean, and how they are read. */
import { GridError, overLimit } from "@valence/shared/errors";
import { IDEMPOTENCY_KEY_LENGTH_MAX } from "@valence/shared/limits";
import type { Request } from "express";
import * as z from "zod";
import { parsed } from "./parsed.js";

export type RequestHeader<T> = {
  readonly name: string;
  /** For whoever sends it. */
  readonly words: string;
  readonly schema: z.ZodType<T>;
  readonly example: string;
  /** Null when it was not sent. @throws GridError `invalid_request` */
  read(request: Request): T | null;
};

/** A header whose absence an empty one means, too, as browsers send it. */
export function requestHeader<T>(name: string, declared: Omit<RequestHeader<T>, "name" | "read">): RequestHeader<T> {
  return {
    name,
    ...declared,
    read: (request) => {
      const sent = request.get(name);
      return sent === undefined || sent === "" ? null : parsed(declared.schema, sent, `header ${name}`);
    },
  };
}

const key = z.string().regex(/^[\x20-\x7e]+$/);

/** Taken as it was sent, quotes and all: a client that repeats a request repeats its header. */
export const IDEMPOTENCY_KEY: RequestHeader<string> = {
  name: "Idempotency-Key",
  words:
    "Any words of the client's own: however often the request is repeated with them within 24 hours, it makes one job.",
  schema: key.max(IDEMPOTENCY_KEY_LENGTH_MAX),
  example: "4f1c9a52-5d35-4f3e-9a3b-0b6c1f6f7e11",
  read: (request) => {
    const sent = request.headers["idempotency-key"];
    if (sent === undefined) return null;
    const { success, data } = key.safeParse(sent);
    if (!success) {
      throw new GridError(
        "invalid_request",
        "The header Idempotency-Key must have printable characters of ASCII, one at least.",
      );
    }
    if (data.length <= IDEMPOTENCY_KEY_LENGTH_MAX) return data;
    const details = { limit: "IDEMPOTENCY_KEY_LENGTH_MAX", max: IDEMPOTENCY_KEY_LENGTH_MAX, actual: data.length };
    throw overLimit("invalid_request", `The header Idempotency-Key has ${data.length} characters`, details);
  },
};
