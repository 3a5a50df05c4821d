/**
 * Who comes in, and with what: every route of the API stands behind `reads` or `writes`. A token that is shown is checked,
 * also where none is needed. Decides nothing about jobs: what the caller may see of one is the api's to say.
 */
import { GridError } from "@valence/shared/errors";
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
};
type Answer<Query> = (call: Call<Query>) => Promise<void> | void;

export interface Door {
  reads<Query>(query: z.ZodType<Query>, answer: Answer<Query>): RequestHandler;
  /** Needs a token; takes no query. */
  writes(answer: Answer<NoQuery>): RequestHandler;
}

export const noQuery = z.strictObject({});
type NoQuery = z.infer<typeof noQuery>;

export function door(tokens: Tokens): Door {
  return {
    reads: (query, answer) => (request, response) => {
      const token = bearerOf(request);
      const caller = token === null ? NOBODY : callerOf(tokens, token);
      return answer(callOf(request, response, caller, query));
    },
    writes: (answer) => (request, response) => {
      const token = bearerOf(request);
      if (token === null) {
        throw new GridError("unauthorized", "This needs the header Authorization: Bearer <token>.");
      }
      const caller = callerOf(tokens, token);
      refuseIdempotencyKey(request);
      return answer(callOf(request, response, caller, noQuery));
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

function callOf<Query>(request: Request, response: Response, caller: Caller, schema: z.ZodType<Query>): Call<Query> {
  const query = parsed(schema, { ...request.query }, "query parameter");
  const { id } = request.params;
  return { request, response, caller, query, id: typeof id === "string" ? id : "" };
}

function refuseIdempotencyKey(request: Request): void {
  if (request.headers["idempotency-key"] === undefined) return;
  throw new GridError("unsupported", "The header Idempotency-Key is not supported yet: leave it out.");
}
