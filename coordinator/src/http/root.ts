/** What stands at the root beside the pages: whether the process lives and takes work, and what Prometheus reads. */
import { GridError } from "@valence/shared/errors";
import type { Router } from "express";
import type { JobsApi } from "../api.js";
import type { Metrics } from "../metrics.js";
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

export function metricsRoutes(metrics: Metrics): Router {
  const router = newRouter();
  serve(router, "/metrics", {
    get: async (_request, response) => {
      response.type(metrics.contentType).send(await metrics.text());
    },
  });
  return router;
}
