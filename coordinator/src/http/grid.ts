/** What the grid as a whole shows: `/volunteers` and `/stats`. */
import type { Router } from "express";
import type { JobsApi } from "../api.js";
import { type Door, noQuery } from "./door.js";
import { newRouter, serve } from "./paths.js";

export function gridRoutes(api: JobsApi, { reads }: Door): Router {
  const router = newRouter();
  serve(router, "/volunteers", {
    get: reads(noQuery, ({ response }) => {
      response.json({ items: api.volunteers(), next: null });
    }),
  });
  serve(router, "/stats", {
    get: reads(noQuery, ({ response }) => {
      response.json(api.stats());
    }),
  });
  return router;
}
