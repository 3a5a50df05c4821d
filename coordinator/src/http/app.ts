/** The HTTP surface: puts the route groups behind the guards, in the order in which they must hold. */
import { GridError } from "@valence/shared/errors";
import express, { type Express, type RequestHandler } from "express";
import type { JobsApi } from "../api.js";
import type { Log } from "../log.js";
import type { Metrics } from "../metrics.js";
import type { Place } from "../origin.js";
import type { Tokens } from "../tokens.js";
import { atomRoutes } from "./atoms.js";
import { door } from "./door.js";
import { EVENT_STREAMS, type EventStreams, eventRoutes } from "./events.js";
import { loggedPath } from "./goodbye.js";
import { gridRoutes } from "./grid.js";
import { securityHeaders } from "./headers.js";
import { inputRoutes } from "./inputs.js";
import { jobRoutes } from "./jobs.js";
import { hostGuard, RATES, type Rates, rateLimits } from "./limits.js";
import { lingering, PATIENCE, type Patience, wholeInTime } from "./patience.js";
import { problems } from "./problem.js";
import { resultRoutes } from "./results.js";
import { metricsRoutes, probeRoutes } from "./root.js";
import { siteRoutes } from "./site.js";
import type { Site } from "./site-files.js";
import { unbuiltRoutes } from "./unbuilt.js";

export type HttpOptions = {
  readonly api: JobsApi;
  readonly tokens: Tokens;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly place: Place;
  /** Who runs this grid; null when nobody said. */
  readonly operator: string | null;
  /** The pages; null when they are not built. */
  readonly site: Site | null;
  /** Other than the usual ones: for tests. */
  readonly rates?: Rates;
  readonly eventStreams?: EventStreams;
  readonly patience?: Patience;
};

/** Without CORS on purpose: a page of another origin can neither read an answer nor send a token. */
export function httpApp(options: HttpOptions): Express {
  const { api, tokens, log, metrics, place, operator, site, rates = RATES } = options;
  const { eventStreams = EVENT_STREAMS, patience = PATIENCE } = options;
  const app = express();
  app.disable("x-powered-by").disable("etag").enable("case sensitive routing");
  app.use(answersCounted(log, metrics), lingering(patience), securityHeaders(), hostGuard(place));
  app.use(probeRoutes(api), siteRoutes(site, place));
  app.use(rateLimits(tokens, rates));
  app.use(metricsRoutes(metrics), unbuiltRoutes());
  const guarded = door(tokens);
  app.use("/api/v1", inputRoutes(api, guarded, patience));
  app.use(wholeInTime(patience));
  app.use(
    "/api/v1",
    atomRoutes(api, guarded),
    jobRoutes(api, guarded),
    resultRoutes(api, guarded),
    eventRoutes(api, guarded, eventStreams),
    gridRoutes({ api, operator }, guarded),
  );
  app.use((request) => {
    throw new GridError("not_found", `There is nothing at ${request.path}.`);
  });
  app.use(problems(log));
  return app;
}

function answersCounted(log: Log, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const { method } = request;
    const path = loggedPath(request.path);
    response.once("finish", () => {
      metrics.answered(method, response.statusCode);
      log.debug("http_answered", { method, path, status: response.statusCode });
    });
    next();
  };
}
