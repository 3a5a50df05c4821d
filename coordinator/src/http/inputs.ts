/** `/inputs`: lists that come before their jobs, as NDJSON of any length. */
import { overLimit } from "@valence/shared/errors";
import { UPLOAD_BYTES_MAX } from "@valence/shared/limits";
import type { Router } from "express";
import * as z from "zod";
import type { JobsApi } from "../api.js";
import { streamBody } from "./body.js";
import { type Door, noQuery } from "./door.js";
import { cursor, limit } from "./parsed.js";
import { newRouter, serve } from "./paths.js";
import { type Patience, someInTime } from "./patience.js";

const LINES = {
  types: ["application/x-ndjson"],
  bytesMax: UPLOAD_BYTES_MAX,
  tooLarge: (actual: number) =>
    overLimit("body_too_large", `The upload has ${actual} bytes`, {
      limit: "UPLOAD_BYTES_MAX",
      max: UPLOAD_BYTES_MAX,
      actual,
    }),
};

const pageQuery = z.strictObject({ before: cursor.optional(), limit });

export function inputRoutes(api: JobsApi, { reads, writes }: Door, patience: Patience): Router {
  const router = newRouter();
  router.use("/inputs", someInTime(patience));
  serve(router, "/inputs", {
    get: reads(pageQuery, async ({ response, query, caller }) => {
      response.json(await api.uploads(query, caller));
    }),
    post: writes(async ({ request, response, caller }) => {
      const uploaded = await api.upload(streamBody(request, LINES), caller);
      response.status(201).location(`/api/v1/inputs/${uploaded.id}`).json(uploaded);
    }),
  });
  serve(router, "/inputs/:id", {
    get: reads(noQuery, async ({ response, id, caller }) => {
      response.json(await api.uploadView(id, caller));
    }),
    delete: writes(async ({ response, id, caller }) => {
      await api.deleteUpload(id, caller);
      response.status(204).end();
    }),
  });
  return router;
}
