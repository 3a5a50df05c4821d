/** Who is turned away before anything is read: a `Host` that is not ours, and visitors who come too often. */
import { GridError } from "@valence/shared/errors";
import type { RequestHandler } from "express";
import { hostAllowed, type Place } from "../origin.js";
import { rate } from "../rate.js";
import type { Tokens } from "../tokens.js";
import { bearerOf } from "./door.js";
import { isGoodbye } from "./goodbye.js";

/** Requests a second, per token or address; loopback has ten times as many. */
export type Rates = { readonly readsPerSecond: number; readonly writesPerSecond: number };
export const RATES: Rates = { readsPerSecond: 200, writesPerSecond: 20 };

export function hostGuard(place: Place): RequestHandler {
  return (request, _response, next) => {
    const { headers, httpVersion } = request;
    if (headers.host === undefined && httpVersion !== "1.0")
      throw new GridError("host_refused", "HTTP/1.1 asks for the header Host."); // RFC 9112, section 3.2
    if (hostAllowed(headers.host, place)) return next();
    throw new GridError("host_refused", "This coordinator listens on loopback and answers to loopback names only.");
  };
}

export function rateLimits(tokens: Tokens, rates: Rates): RequestHandler {
  const reads = rate(rates.readsPerSecond);
  const writes = rate(rates.writesPerSecond);
  return async (request, _response, next) => {
    // A goodbye writes nothing to the disk, and a classroom behind one address closes all its tabs at once.
    const reading = request.method === "GET" || request.method === "HEAD" || isGoodbye(request);
    const token = bearerOf(request);
    // A token that nobody knows counts by address, or new ones would be new visitors.
    const owner = token === null ? null : (tokens.callerOf(token)?.owner ?? null);
    const visitor = { address: request.socket.remoteAddress ?? "", owner };
    const retryAfterMs = await (reading ? reads : writes)(visitor);
    if (retryAfterMs === 0) return next();
    const max = reading ? rates.readsPerSecond : rates.writesPerSecond;
    const message = `More than ${max} ${reading ? "reads" : "writes"} a second (loopback: ten times that).`;
    throw new GridError("too_many_requests", message, { details: { retryAfterMs } });
  };
}
