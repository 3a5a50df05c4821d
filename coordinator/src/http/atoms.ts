/** `/atoms`: publish and read code. Sources leave as text that no browser runs. */
import { overLimit } from "@valence/shared/errors";
import { ATOM_BYTES_MAX } from "@valence/shared/limits";
import type { Router } from "express";
import * as z from "zod";
import type { JobsApi } from "../api.js";
import { readBytes } from "./body.js";
import { type Door, noQuery } from "./door.js";
import { asAttachment } from "./headers.js";
import { cursor, limit } from "./parsed.js";
import { newRouter, serve } from "./paths.js";

const SOURCE = {
  types: ["text/javascript", "application/javascript"],
  bytesMax: ATOM_BYTES_MAX,
  tooLarge: (actual: number) =>
    overLimit("atom_too_large", `The atom has ${actual} bytes or more`, {
      limit: "ATOM_BYTES_MAX",
      max: ATOM_BYTES_MAX,
      actual,
    }),
};

const pageQuery = z.strictObject({ before: cursor.optional(), limit });

export function atomRoutes(api: JobsApi, { reads, writes }: Door): Router {
  const router = newRouter();
  serve(router, "/atoms", {
    get: reads(pageQuery, async ({ response, query }) => {
      response.json(await api.atoms(query));
    }),
    post: writes(async ({ request, response, caller }) => {
      const { id, name, created } = await api.publish(await readBytes(request, SOURCE), caller);
      response.status(created ? 201 : 200).location(`/api/v1/atoms/${id}`);
      response.json({ id, name });
    }),
  });
  serve(router, "/atoms/:id", {
    get: reads(noQuery, async ({ response, id }) => {
      response.json(await api.atom(id));
    }),
  });
  serve(router, "/atoms/:id/source", {
    get: reads(noQuery, async ({ response, id }) => {
      const source = await api.atomSource(id);
      asAttachment(response, "atom.txt");
      response.type("text/plain; charset=utf-8").send(Buffer.from(source));
    }),
  });
  return router;
}
