/**
 * Who comes in. A token that is shown is checked, also where none is needed. Decides nothing about jobs: what the caller may see of
 * one is the api's to say.
 */
import { GridError } from "@valence/shared/errors";
import type { Request } from "express";
import type { Caller } from "../api.js";
import { NOBODY, type Tokens } from "../tokens.js";
import { IDEMPOTENCY_KEY } from "./request-header.js";
import type { Door } from "./route.js";

/** What the door says of one whom it lets in. */
export type Admitted = { readonly caller: Caller; readonly key: string | null };

/** @throws GridError `unauthorized`, `forbidden`; of the key `unsupported`, `invalid_request` */
export function admit(request: Request, door: Door, tokens: Tokens): Admitted {
  if (door === "open") return { caller: NOBODY, key: null };
  const token = bearerOf(request);
  if (door === "read") return { caller: token === null ? NOBODY : callerOf(tokens, token), key: null };
  if (token === null) throw new GridError("unauthorized", "This needs the header Authorization: Bearer <token>.");
  const caller = callerOf(tokens, token);
  return { caller, key: door === "keyed write" ? IDEMPOTENCY_KEY.read(request) : withoutKey(request) };
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

function withoutKey(request: Request): null {
  if (request.headers["idempotency-key"] === undefined) return null;
  throw new GridError("unsupported", "Only POST /api/v1/jobs takes an Idempotency-Key: leave it out of this request.");
}
