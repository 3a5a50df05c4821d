/**
 * How long bodies may take. Node has a limit for that, `requestTimeout`, but one for all requests: an upload may take hours, and
 * nobody else may hold a connection for so long. So it is switched off where the server is made, and these stand for it.
 */
import type { RequestHandler } from "express";

/** For `createServer`. A limit for headers must be said, since Node takes none where requests have none. */
export const SERVER_TIMEOUTS = { requestTimeout: 0, headersTimeout: 60_000 };

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

function cutLater(request: Parameters<RequestHandler>[0], ms: number): NodeJS.Timeout {
  return setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, ms).unref();
}
