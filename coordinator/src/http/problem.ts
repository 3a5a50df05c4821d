/** Failures as RFC 9457 problems. What is no `GridError` is a bug: it is logged once and leaves without text or stack. */
import { ERRORS, GridError } from "@valence/shared/errors";
import type { ErrorRequestHandler, Response } from "express";
import type { Log } from "../log.js";
import { loggedPath } from "./goodbye.js";

/** The last middleware. A response that has begun cannot become a problem: it is cut, so that it does not look whole. */
export function problems(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    if (request.destroyed && !request.complete) return; // The client went away while it was still sending.
    const expected = expectedOf(error);
    if (expected === null) log.error("http_bug", { method: request.method, path: loggedPath(request.path), error });
    if (response.headersSent) response.destroy();
    else sendProblem(response, expected ?? new GridError("internal", "This is a fault of the coordinator."));
  };
}

export function sendProblem(response: Response, error: GridError): void {
  const own = {
    type: `urn:valence:problem:${error.code}`,
    title: ERRORS[error.code].title,
    status: error.status,
    detail: error.message,
    code: error.code,
  };
  if (error.status === 401) response.set("WWW-Authenticate", 'Bearer realm="valence"');
  if (error.status === 429 || error.status === 503) response.set("Retry-After", retryAfterOf(error));
  response.status(error.status).type("application/problem+json");
  // Details come last and yet replace nothing.
  response.send(JSON.stringify({ ...own, ...error.details, ...own }));
}

/** In whole seconds, at least 1. */
function retryAfterOf(error: GridError): string {
  return String(Math.max(1, Math.ceil(Number(error.details?.retryAfterMs ?? 1_000) / 1_000)));
}

function expectedOf(error: unknown): GridError | null {
  if (error instanceof GridError) return error;
  // Express could not decode a parameter of the path.
  if (error instanceof URIError) return new GridError("not_found", "The path is not valid percent-encoding.");
  return null;
}
