/** Registers what a path answers; every other method on it is 405 with `Allow`. */
import { GridError } from "@valence/shared/errors";
import express, { type RequestHandler, type Router } from "express";

/** In the order in which `Allow` names them. */
export const METHODS = ["get", "post", "delete"] as const;
export type Method = (typeof METHODS)[number];

type Methods = { readonly [method in Method]?: RequestHandler };

export function newRouter(): Router {
  return express.Router({ caseSensitive: true });
}

export function serve(router: Router, path: string, methods: Methods): void {
  const route = router.route(path);
  const allow: string[] = [];
  for (const method of METHODS) {
    const handler = methods[method];
    if (!handler) continue;
    route[method](handler);
    allow.push(method === "get" ? "GET, HEAD" : method.toUpperCase());
  }
  route.all((request, response) => {
    response.set("Allow", allow.join(", "));
    throw new GridError("method_not_allowed", `${request.path} answers ${allow.join(", ")}, not ${request.method}.`);
  });
}
