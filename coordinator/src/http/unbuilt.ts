/** Paths that are promised and not built yet: whoever asks for one is told so, and does not search for a typing error. */
import { GridError } from "@valence/shared/errors";
import type { Router } from "express";
import { newRouter } from "./paths.js";

const UNBUILT = ["/api/v1/jobs/:id/explain"];

export function unbuiltRoutes(): Router {
  const router = newRouter();
  router.all(UNBUILT, (request) => {
    throw new GridError("not_found", `This version does not have ${request.path} yet.`);
  });
  return router;
}
