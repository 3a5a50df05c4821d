/**
 * Which `Host` and `Origin` headers are let in. A name that an attacker points at 127.0.0.1 must not reach a coordinator
 * that is bound to loopback, and a page of another origin must not open a socket: CORS does not guard WebSocket.
 */
import { isLoopback } from "./address.js";

/** Where this coordinator listens, and the address that the operator gave to the world, if any. */
export type Place = { readonly host: string; readonly publicUrl: URL | null };

/** True unless the coordinator is bound to loopback and the header names something else than loopback or the public URL. */
export function hostAllowed(header: string | undefined, place: Place): boolean {
  if (!isLoopback(place.host)) return true;
  const name = hostnameOf(header);
  return name !== null && (isLoopback(name) || name === hostnameOf(place.publicUrl?.host));
}

/** True without an `Origin` (no browser), for a page of the very host it talks to, and for the public URL. */
export function originAllowed(origin: string | undefined, host: string | undefined, place: Place): boolean {
  if (origin === undefined) return true;
  if (origin === place.publicUrl?.origin) return true;
  if (host === undefined || !URL.canParse(origin)) return false;
  const { protocol, host: from } = new URL(origin);
  // A proxy may end TLS in front of us, so either scheme is the same place.
  return ["http:", "https:"].some((scheme) => scheme === protocol && sameHost(scheme, host, from));
}

/** Name and port of a `Host` header, fit to be written into a header of ours; null when it is not one. */
export function hostOf(header: string | undefined): string | null {
  const host = urlOf(header)?.host ?? "";
  return /^[\w.:[\]-]+$/.test(host) ? host : null; // a URL's host may hold `;` and `,`, which mean something there
}

/** The name in a `Host` header, in lower case, without port and brackets; null when it is not one. */
function hostnameOf(header: string | undefined): string | null {
  return urlOf(header)?.hostname.replace(/^\[|\]$/g, "") ?? null;
}

function urlOf(header: string | undefined): URL | null {
  if (header === undefined || /[\s/\\?#@]/.test(header)) return null;
  const url = `http://${header}`;
  return URL.canParse(url) ? new URL(url) : null;
}

/** Compares with the scheme's default port left out, as `Origin` does. */
function sameHost(scheme: string, header: string, from: string): boolean {
  const url = `${scheme}//${header}`;
  return hostnameOf(header) !== null && URL.canParse(url) && new URL(url).host === from;
}
