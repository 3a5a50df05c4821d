/**
 * How long bodies may take. Node has a limit for that, `requestTimeout`, but one for all requests: an upload may take hours, and
 * nobody else may hold a connection for so long. So it is switched off where the server is made, and these stand for it.
 */
import type { Request, RequestHandler, Response } from "express";

/**
 * For `createServer`. A limit for headers must be said, since Node takes none where requests have none. A connection at rest is kept
 * for longer than any usual client or proxy keeps it (60 s), so that the side that asks is the one that closes: after Node's own 5 s a
 * request would now and then meet a connection that is just being closed, and fail with ECONNRESET.
 */
export const SERVER_TIMEOUTS = { requestTimeout: 0, headersTimeout: 60_000, keepAliveTimeout: 75_000 };

/** Milliseconds, each until the connection is cut. */
export type Patience = {
  /** For a body to come whole. */
  readonly bodyMs: number;
  /** For some more of an upload to come. */
  readonly silenceMs: number;
  /** For one who is answered before it has sent all: it sends on, so that it comes to read the answer. */
  readonly lingerMs: number;
};
export const PATIENCE: Patience = { bodyMs: 300_000, silenceMs: 300_000, lingerMs: 10_000 };

export function lingering({ lingerMs }: Patience): RequestHandler {
  return (request, response, next) => {
    response.once("finish", () => {
      if (!request.complete) cutLater(request, lingerMs);
    });
    next();
  };
}

export function wholeInTime({ bodyMs }: Patience): RequestHandler {
  return (request, response, next) => {
    const timer = cutLater(request, bodyMs);
    response.once("close", () => clearTimeout(timer));
    next();
  };
}

export function someInTime({ silenceMs }: Patience): RequestHandler {
  return (request, _response, next) => {
    request.setTimeout(silenceMs); // Node itself cuts a connection on which nothing moves for so long.
    next();
  };
}

/**
 * Sends all of a text as the body. Whoever is still sending gets it at once, but its end only once the rest has come, or
 * `lingerMs` later: where a connection is to be closed Node closes it behind the end of the answer, and what then still comes
 * would reset it, and take from the client the answer that it has not read yet.
 */
export function sendWhole(response: Response, text: string, { lingerMs }: Pick<Patience, "lingerMs">): void {
  const { req: request } = response;
  if (request.complete || isEmpty(request)) {
    response.send(text);
    return;
  }
  response.set("Content-Length", String(Buffer.byteLength(text))).write(text);
  const timer = cutLater(request, lingerMs);
  request.resume().once("close", () => {
    clearTimeout(timer);
    response.end();
  });
}

/** No body comes with it. */
export function isEmpty({ headers }: Request): boolean {
  return headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
}

function cutLater(request: Request, ms: number): NodeJS.Timeout {
  return setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, ms).unref();
}
