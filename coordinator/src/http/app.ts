/** The HTTP surface: puts the route groups behind the guards, in the order in which they must hold. */
import { GridError } from "@valence/shared/errors";
import express, { type Express, type RequestHandler } from "express";
import type { Log } from "../log.js";
import type { Metrics } from "../metrics.js";
import type { Place } from "../origin.js";
import type { Tokens } from "../tokens.js";
import { loggedPath } from "./goodbye.js";
import { securityHeaders } from "./headers.js";
import { hostGuard, RATES, type Rates, rateLimits } from "./limits.js";
import { mount } from "./mount.js";
import { lingering, PATIENCE, type Patience, someInTime, wholeInTime } from "./patience.js";
import { problems } from "./problem.js";
import { type RouteParts, routesOf } from "./routes.js";
import { siteRoutes } from "./site.js";
import type { Site } from "./site-files.js";

export type HttpOptions = RouteParts & {
  readonly tokens: Tokens;
  readonly log: Log;
  readonly place: Place;
  /** The pages; null when they are not built. */
  readonly site: Site | null;
  /** Other than the usual ones: for tests. */
  readonly rates?: Rates;
  readonly patience?: Patience;
};

/** Without CORS on purpose: a page of another origin can neither read an answer nor send a token. */
export function httpApp(options: HttpOptions): Express {
  const { tokens, log, metrics, place, site, rates = RATES, patience = PATIENCE } = options;
  const { probes, uploads, others } = routesOf(options);
  const app = express();
  app.disable("x-powered-by").disable("etag").enable("case sensitive routing");
  app.use(answersCounted(log, metrics), lingering(patience), securityHeaders(), hostGuard(place));
  app.use(mount(probes, tokens), siteRoutes(site, place));
  app.use(rateLimits(tokens, rates));
  app.use("/api/v1/inputs", someInTime(patience));
  app.use(mount(uploads, tokens));
  app.use(wholeInTime(patience));
  app.use(mount(others, tokens));
  app.use((request) => {
    throw new GridError("not_found", `There is nothing at ${request.path}.`);
  });
  app.use(problems(log, patience));
  return app;
}

function answersCounted(log: Log, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const { method } = request;
    const path = loggedPath(request.path);
    // And not "finish", which never comes where a client has read what it needs and goes.
    response.once("close", () => {
      if (!response.headersSent) return;
      metrics.answered(method, response.statusCode);
      log.debug("http_answered", { method, path, status: response.statusCode });
    });
    next();
  };
}
