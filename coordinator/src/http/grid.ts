/** What the grid as a whole shows, `/grid`, `/volunteers` and `/stats`, and the goodbye of a session. */
import type { GridView } from "@valence/shared/job-view";
import type { Router } from "express";
import type { JobsApi } from "../api.js";
import { type Door, noQuery } from "./door.js";
import { newRouter, serve } from "./paths.js";

export function gridRoutes({ api, operator }: { api: JobsApi } & GridView, { reads }: Door): Router {
  const router = newRouter();
  serve(router, "/grid", {
    get: reads(noQuery, ({ response }) => {
      response.json({ operator } satisfies GridView);
    }),
  });
  serve(router, "/volunteers", {
    get: reads(noQuery, ({ response }) => {
      response.json({ items: api.volunteers(), next: null });
    }),
  });
  // Without a token: whoever knows the id of a session is that session. A page that is closed can still send a beacon.
  serve(router, "/sessions/:id/goodbye", {
    post: reads(noQuery, ({ response, id }) => {
      api.part(id);
      response.status(204).end();
    }),
  });
  serve(router, "/stats", {
    get: reads(noQuery, ({ response }) => {
      response.json(api.stats());
    }),
  });
  return router;
}
