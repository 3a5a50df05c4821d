/** `/jobs/{id}/results`: kept results as NDJSON, as fast as the reader reads and no faster. */
import { ITEMS_MAX } from "@valence/shared/limits";
import type { Router } from "express";
import * as z from "zod";
import type { JobsApi } from "../api.js";
import type { Door } from "./door.js";
import { asAttachment } from "./headers.js";
import { cursor, whole } from "./parsed.js";
import { newRouter, serve } from "./paths.js";
import { whileThere, writeAll } from "./stream.js";

const resultsQuery = z
  .strictObject({
    from: whole(0, ITEMS_MAX).optional(),
    to: whole(0, ITEMS_MAX).optional(),
    follow: z.enum(["0", "1"]).default("0"),
    after: cursor.optional(),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, "from is above to");

export function resultRoutes(api: JobsApi, { reads }: Door): Router {
  const router = newRouter();
  serve(router, "/jobs/:id/results", {
    get: reads(resultsQuery, ({ request, response, id, query, caller }) =>
      whileThere(response, async (gone) => {
        const asked = { ...query, follow: query.follow === "1" };
        const texts = await api.results(id, asked, caller, gone);
        asAttachment(response, "results.ndjson");
        response.type("application/x-ndjson");
        response.flushHeaders(); // A follower learns at once that it was let in.
        if (request.method === "GET") await writeAll(response, { texts, gone });
        response.end();
      }),
    ),
  });
  return router;
}
