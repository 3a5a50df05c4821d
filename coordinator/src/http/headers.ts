/** Which headers leave with an answer, so that nothing a stranger submitted is ever script on our origin. */
import type { RequestHandler, Response } from "express";
import helmet from "helmet";

const CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'";
const NOTHING = `${CLOSED}; frame-ancestors 'none'`;
/** What no page of ours uses, and so no frame in it may. */
const PERMISSIONS = "camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=(), serial=()";

/** For everything: no HSTS and no upgrade to HTTPS, which would break plain HTTP on a LAN. */
export function securityHeaders(): RequestHandler {
  const guarded = helmet({
    contentSecurityPolicy: false,
    strictTransportSecurity: false,
    // Browsers complain of these two: of the one for a frame of an opaque origin, of the other wherever there is no HTTPS.
    originAgentCluster: false,
    crossOriginOpenerPolicy: false,
  });
  return (request, response, next) => {
    response.set("Content-Security-Policy", NOTHING);
    response.set("Cache-Control", "no-store");
    guarded(request, response, next);
  };
}

/**
 * For our pages, and for the worker that they start, which obeys the headers of its own script.
 *
 * @param options.hosts with ports, of this coordinator: WebSocket is not `'self'` to every browser, nor is a path
 */
export function allowSite(response: Response, options: { hosts: readonly string[]; framePath: string }): void {
  const sockets = options.hosts.flatMap((host) => [`ws://${host}`, `wss://${host}`]);
  const frames = options.hosts.map((host) => host + options.framePath);
  const allowed = [
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "worker-src 'self'",
    ["connect-src 'self'", ...sockets].join(" "),
    frames.length > 0 ? `frame-src ${frames.join(" ")}` : "frame-src 'none'",
  ];
  response.set("Content-Security-Policy", `${NOTHING}; ${allowed.join("; ")}`);
  response.set("Permissions-Policy", PERMISSIONS);
}

/**
 * For the document in which atoms run: an origin of its own that nothing else has, its one script, workers made of blobs, and
 * no way out. Only our pages may frame it.
 */
export function allowFrame(response: Response, options: { hosts: readonly string[]; scriptSha256: string }): void {
  const script = `script-src 'sha256-${options.scriptSha256}' 'wasm-unsafe-eval' blob:`;
  const ancestors = `frame-ancestors ${options.hosts.join(" ") || "'none'"}`;
  const policy = ["sandbox allow-scripts", CLOSED, script, "worker-src blob:", "connect-src 'none'", ancestors];
  response.set("Content-Security-Policy", policy.join("; "));
  response.set("Permissions-Policy", PERMISSIONS);
  response.removeHeader("X-Frame-Options"); // it knows no hosts; `frame-ancestors` stands in its place
}

/** For what strangers submitted or computed: a file to keep, never a document to show. */
export function asAttachment(response: Response, fileName: string): void {
  response.set("Content-Security-Policy", `sandbox; ${NOTHING}`);
  response.set("Content-Disposition", `attachment; filename="${fileName}"`);
}
