/** Failures as RFC 9457 problems. What is no `GridError` is a bug: it is logged once and leaves without text or stack. */
import { ERRORS, type ErrorCode, GridError } from "@valence/shared/errors";
import type { ErrorRequestHandler, Response } from "express";
import * as z from "zod";
import type { Log } from "../log.js";
import { loggedPath } from "./goodbye.js";
import { named } from "./named.js";
import { type Patience, sendWhole } from "./patience.js";

export const PROBLEM_TYPE = "application/problem+json";

const problem = z
  .object({
    type: z.string().describe("`urn:valence:problem:` and the code."),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe("A sentence for the person who caused it."),
    code: z.string().describe("Stable: what a program goes by."),
  })
  .catchall(z.union([z.string(), z.number()]))
  .describe(
    "RFC 9457. Beside these it has what a program may want to know, such as `limit`, `max` and `actual`, or `field` or `line`.",
  );
export const PROBLEM = named("Problem", problem, problemOf("unknown_job", 'There is no job "j9".'));

/** All of a problem but its details. */
export function problemOf(code: ErrorCode, detail: string) {
  const { title, status } = ERRORS[code];
  return { type: `urn:valence:problem:${code}`, title, status, detail, code };
}

/** The last middleware. A response that has begun cannot become a problem: it is cut, so that it does not look whole. */
export function problems(log: Log, patience: Patience): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    if (request.destroyed && !request.complete) return; // The client went away while it was still sending.
    const expected = expectedOf(error);
    if (expected === null) log.error("http_bug", { method: request.method, path: loggedPath(request.path), error });
    if (response.headersSent) response.destroy();
    else sendProblem(response, expected ?? new GridError("internal", "This is a fault of the coordinator."), patience);
  };
}

function sendProblem(response: Response, error: GridError, patience: Patience): void {
  const own = problemOf(error.code, error.message);
  if (error.status === 401) response.set("WWW-Authenticate", 'Bearer realm="valence"');
  if (error.status === 429 || error.status === 503) response.set("Retry-After", retryAfterOf(error));
  response.status(error.status).type(PROBLEM_TYPE);
  // Details come last and yet replace nothing.
  sendWhole(response, JSON.stringify({ ...own, ...error.details, ...own }), patience);
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
