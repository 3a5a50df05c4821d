/** Which headers leave with an answer, so that nothing a stranger submitted is ever script on our origin. */
import type { RequestHandler, Response } from "express";
import helmet from "helmet";

const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** For everything: no HSTS and no upgrade to HTTPS, which would break plain HTTP on a LAN. */
export function securityHeaders(): RequestHandler {
  const guarded = helmet({ contentSecurityPolicy: false, strictTransportSecurity: false });
  return (request, response, next) => {
    response.set("Content-Security-Policy", NOTHING);
    response.set("Cache-Control", "no-store");
    guarded(request, response, next);
  };
}

/** For a page of our own with one inline style, named by the base64 of its SHA-256. */
export function allowStyle(response: Response, sha256: string): void {
  response.set("Content-Security-Policy", `${NOTHING}; style-src 'sha256-${sha256}'`);
}

/** For what strangers submitted or computed: a file to keep, never a document to show. */
export function asAttachment(response: Response, fileName: string): void {
  response.set("Content-Security-Policy", `sandbox; ${NOTHING}`);
  response.set("Content-Disposition", `attachment; filename="${fileName}"`);
}
