/**
 * Who comes in, and with what: every route of the API stands behind `reads` or `writes`. A token that is shown is checked,
 * also where none is needed. Decides nothing about jobs: what the caller may see of one is the api's to say.
 */
import { GridError, overLimit } from "@valence/shared/errors";
import { IDEMPOTENCY_KEY_LENGTH_MAX } from "@valence/shared/limits";
import type { Request, RequestHandler, Response } from "express";
import * as z from "zod";
import type { Caller } from "../api.js";
import { NOBODY, type Tokens } from "../tokens.js";
import { parsed } from "./parsed.js";

/** A request that was let in. `id` is the path's, or empty. */
export type Call<Query> = {
  readonly request: Request;
  readonly response: Response;
  readonly caller: Caller;
  readonly query: Query;
  readonly id: string;
  /** The `Idempotency-Key`, of those writes that take one. */
  readonly key: string | null;
};
type Answer<Query> = (call: Call<Query>) => Promise<void> | void;

export interface Door {
  reads<Query>(query: z.ZodType<Query>, answer: Answer<Query>): RequestHandler;
  /** Needs a token; takes no query. Only a write that is `keyed` takes an `Idempotency-Key`; the others refuse it. */
  writes(answer: Answer<NoQuery>, options?: { readonly keyed: boolean }): RequestHandler;
}

export const noQuery = z.strictObject({});
type NoQuery = z.infer<typeof noQuery>;

export function door(tokens: Tokens): Door {
  return {
    reads: (query, answer) => (request, response) => {
      const token = bearerOf(request);
      const caller = token === null ? NOBODY : callerOf(tokens, token);
      return answer({ ...callOf(request, response, query), caller, key: null });
    },
    writes:
      (answer, { keyed } = { keyed: false }) =>
      (request, response) => {
        const token = bearerOf(request);
        if (token === null) {
          throw new GridError("unauthorized", "This needs the header Authorization: Bearer <token>.");
        }
        const caller = callerOf(tokens, token);
        const key = keyOf(request, keyed);
        return answer({ ...callOf(request, response, noQuery), caller, key });
      },
  };
}

/** The token that a request shows, or null. Another scheme is not ours: a proxy may use it. */
export function bearerOf(request: Request): string | null {
  const match = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? "");
  return match?.[1] ?? null;
}

function callerOf(tokens: Tokens, token: string): Caller {
  const caller = tokens.callerOf(token);
  if (caller === null) throw new GridError("forbidden", "This coordinator does not know the token.");
  return caller;
}

function callOf<Query>(request: Request, response: Response, schema: z.ZodType<Query>) {
  const query = parsed(schema, { ...request.query }, "query parameter");
  const { id } = request.params;
  return { request, response, query, id: typeof id === "string" ? id : "" };
}

/** Taken as it was sent, quotes and all: a client that repeats a request repeats its header. */
function keyOf(request: Request, keyed: boolean): string | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (!keyed) {
    throw new GridError(
      "unsupported",
      "Only POST /api/v1/jobs takes an Idempotency-Key: leave it out of this request.",
    );
  }
  if (typeof key !== "string" || !/^[\x20-\x7e]+$/.test(key)) {
    throw new GridError("invalid_request", "The header Idempotency-Key must have visible characters of ASCII.");
  }
  if (key.length <= IDEMPOTENCY_KEY_LENGTH_MAX) return key;
  const details = { limit: "IDEMPOTENCY_KEY_LENGTH_MAX", max: IDEMPOTENCY_KEY_LENGTH_MAX, actual: key.length };
  throw overLimit("invalid_request", `The header Idempotency-Key has ${key.length} characters`, details);
}
