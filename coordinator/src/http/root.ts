/** What stands at the root: the page, whether the process lives and takes work, and what Prometheus reads. */
import { GridError } from "@valence/shared/errors";
import type { Request, Router } from "express";
import type { JobsApi } from "../api.js";
import type { Metrics } from "../metrics.js";
import type { Place } from "../origin.js";
import { allowStyle } from "./headers.js";
import { page, STYLE_SHA256 } from "./page.js";
import { newRouter, serve } from "./paths.js";

/** Before the rate limits: probes must not be turned away, and cost no more than turning them away would. */
export function probeRoutes(api: JobsApi): Router {
  const router = newRouter();
  serve(router, "/healthz", {
    get: (_request, response) => {
      response.json({ status: "ok" });
    },
  });
  serve(router, "/readyz", {
    get: (_request, response) => {
      const reason = api.unready();
      if (reason !== null) throw new GridError("overloaded", reason);
      response.json({ status: "ready" });
    },
  });
  return router;
}

export function rootRoutes(metrics: Metrics, place: Place): Router {
  const router = newRouter();
  serve(router, "/metrics", {
    get: async (_request, response) => {
      response.type(metrics.contentType).send(await metrics.text());
    },
  });
  serve(router, "/", {
    get: (request, response) => {
      allowStyle(response, STYLE_SHA256);
      response.type("html").send(page(place.publicUrl?.origin ?? addressOf(request)));
    },
  });
  return router;
}

/** By what the visitor came here, where that is an address at all. */
function addressOf(request: Request): string {
  const url = `http://${request.headers.host}`;
  return URL.canParse(url) ? new URL(url).origin : "http://localhost:8080";
}
