/** `/jobs`: submit, read and steer jobs. */

import { JOB_STATES } from "@valence/shared/job-state";
import type { JobView } from "@valence/shared/job-view";
import { ATOM_ID_LENGTH_MAX, ELECTRONS_MAX, NAME_LENGTH_MAX } from "@valence/shared/limits";
import type { RequestHandler, Router } from "express";
import * as z from "zod";
import type { Caller, JobsApi } from "../api.js";
import { readJson, readJsonIfAny } from "./body.js";
import { type Door, noQuery } from "./door.js";
import { asAttachment } from "./headers.js";
import { cursor, limit, parsed, whole } from "./parsed.js";
import { newRouter, serve } from "./paths.js";

const listQuery = z.strictObject({
  state: z.enum(JOB_STATES).optional(),
  atom: z.string().min(1).max(ATOM_ID_LENGTH_MAX).optional(),
  name: z.string().min(1).max(NAME_LENGTH_MAX).optional(),
  before: cursor.optional(),
  limit,
});
/** `after` is an electron; −1 comes before the first one. */
const deadLettersQuery = z.strictObject({ after: whole(0, ELECTRONS_MAX - 1).default(-1), limit });
const emptyBody = z.strictObject({});
const retryBody = z.strictObject({
  electron: z
    .int()
    .min(0)
    .max(ELECTRONS_MAX - 1)
    .optional(),
});

export function jobRoutes(api: JobsApi, door: Door): Router {
  const { reads, writes } = door;
  const router = newRouter();
  serve(router, "/jobs", {
    get: reads(listQuery, async ({ response, query, caller }) => {
      response.json(await api.jobs(query, caller));
    }),
    post: writes(
      async ({ request, response, caller, key }) => {
        const { job, replayed } = await api.submit(await readJson(request), caller, key);
        if (replayed) response.set("Idempotent-Replayed", "true");
        response.status(202).location(`/api/v1/jobs/${job.id}`).json(job);
      },
      { keyed: true },
    ),
  });
  serve(router, "/jobs/:id", {
    get: reads(noQuery, async ({ response, id, caller }) => {
      response.json(await api.job(id, caller));
    }),
    delete: writes(async ({ response, id, caller }) => {
      await api.delete(id, caller);
      response.status(204).end();
    }),
  });
  serve(router, "/jobs/:id/dead-letters", {
    get: reads(deadLettersQuery, async ({ response, id, query, caller }) => {
      const page = await api.deadLetters(id, query, caller);
      asAttachment(response, "dead-letters.json");
      response.json(page);
    }),
  });
  steeringRoutes(router, api, door);
  return router;
}

function steeringRoutes(router: Router, api: JobsApi, { writes }: Door): void {
  const steer = (act: (id: string, caller: Caller) => Promise<JobView>): RequestHandler =>
    writes(async ({ request, response, id, caller }) => {
      parsed(emptyBody, await readJsonIfAny(request), "field");
      response.json(await act(id, caller));
    });
  serve(router, "/jobs/:id/pause", { post: steer((id, caller) => api.pause(id, caller)) });
  serve(router, "/jobs/:id/resume", { post: steer((id, caller) => api.resume(id, caller)) });
  serve(router, "/jobs/:id/cancel", { post: steer((id, caller) => api.cancel(id, caller)) });
  serve(router, "/jobs/:id/retry", {
    post: writes(async ({ request, response, id, caller }) => {
      const { electron } = parsed(retryBody, await readJsonIfAny(request), "field");
      response.json(await api.retry(id, electron ?? null, caller));
    }),
  });
}
