/** Serves the pages: which document stands at which path, and what each may load. */
import { GridError } from "@valence/shared/errors";
import type { Request, RequestHandler, Response, Router } from "express";
import { hostOf, type Place } from "../origin.js";
import { allowFrame, allowSite } from "./headers.js";
import { newRouter, serve } from "./paths.js";
import type { Encoding, Site, SiteFile } from "./site-files.js";

/** One document for all of them: whoever lends a tab goes from page to page without leaving it. */
const PAGES = ["/", "/jobs", "/jobs/:id", "/docs"];
const DOCUMENT = "/index.html";
const ENCODINGS: readonly Encoding[] = ["br", "gzip", "identity"];

/** Stands before the rate limits: the files lie in memory, and a whole classroom may come from one address. */
export function siteRoutes(site: Site | null, place: Place): Router {
  const router = newRouter();
  const document = site?.files.get(DOCUMENT);
  if (!site || !document) {
    for (const page of PAGES) serve(router, page, { get: unbuilt });
    return router;
  }
  for (const page of PAGES) serve(router, page, { get: answer(document, { site, place, cache: "no-cache" }) });
  for (const [path, file] of site.files) {
    // A file that changes gets another name. Its policy names the host that was asked for, so no cache may keep it for others.
    const cache = "private, max-age=31536000, immutable";
    if (path !== DOCUMENT) serve(router, path, { get: answer(file, { site, place, cache }) });
  }
  return router;
}

function unbuilt(): never {
  throw new GridError("not_found", "The pages are not built: run `npm run build`, and start the coordinator again.");
}

type Surroundings = { readonly site: Site; readonly place: Place; readonly cache: string };

function answer(file: SiteFile, { site, place, cache }: Surroundings): RequestHandler {
  const isFrame = site.files.get(site.frame.path) === file;
  return (request, response) => {
    const hosts = hostsOf(request, place);
    if (isFrame) allowFrame(response, { hosts, scriptSha256: site.frame.scriptSha256 });
    else allowSite(response, { hosts, framePath: site.frame.path });
    response.set("Cache-Control", cache);
    send(request, response, file);
  };
}

/** By what the visitor came here, and by what the world is told to come. */
function hostsOf(request: Request, { publicUrl }: Place): string[] {
  const hosts = [hostOf(request.headers.host), publicUrl?.host ?? null];
  return [...new Set(hosts.filter((host) => host !== null))];
}

function send(request: Request, response: Response, { type, bodies }: SiteFile): void {
  // One by one, the smallest first: asked for all of them, a visitor's own order would count, and browsers say gzip first.
  const encoding = ENCODINGS.find((each) => bodies.has(each) && request.acceptsEncodings(each)) ?? "identity";
  response.set("Content-Type", type).vary("Accept-Encoding");
  if (encoding !== "identity") response.set("Content-Encoding", encoding);
  response.end(bodies.get(encoding));
}
