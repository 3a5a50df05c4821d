/** Registers what a path answers; every other method on it is 405 with `Allow`. */
import { GridError } from "@valence/shared/errors";
import express, { type RequestHandler, type Router } from "express";

type Methods = { readonly [method in "get" | "post" | "delete"]?: RequestHandler };

export function newRouter(): Router {
  return express.Router({ caseSensitive: true });
}

export function serve(router: Router, path: string, methods: Methods): void {
  const route = router.route(path);
  if (methods.get) route.get(methods.get);
  if (methods.post) route.post(methods.post);
  if (methods.delete) route.delete(methods.delete);
  const allow = Object.keys(methods).map((method) => (method === "get" ? "GET, HEAD" : method.toUpperCase()));
  route.all((request, response) => {
    response.set("Allow", allow.join(", "));
    throw new GridError("method_not_allowed", `${request.path} answers ${allow.join(", ")}, not ${request.method}.`);
  });
}
