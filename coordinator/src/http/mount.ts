/** Serves routes as they are declared: the door first, then query and body, then the answer; another method is 405 with `Allow`. */
import type { Request, RequestHandler, Response, Router } from "express";
import type { Tokens } from "../tokens.js";
import type { Answer } from "./answer.js";
import { admit } from "./door.js";
import { parsed } from "./parsed.js";
import { newRouter, serve } from "./paths.js";
import { type Call, noQuery, type Route } from "./route.js";
import { whileThere } from "./stream.js";

/** For requests whose client is not waited for. */
const ALWAYS_THERE = new AbortController().signal;

export function mount(routes: readonly Route[], tokens: Tokens): Router {
  const router = newRouter();
  for (const path of new Set(routes.map((route) => route.path))) {
    const handlers = routes
      .filter((route) => route.path === path)
      .map((route) => [route.method, handlerOf(route, tokens)] as const);
    serve(router, path.replace(/\{(\w+)\}/g, ":$1"), Object.fromEntries(handlers));
  }
  return router;
}

function handlerOf(route: Route, tokens: Tokens): RequestHandler {
  const streams = Object.values(route.answers).some((answer) => answer.streams);
  return async (request, response) => {
    if (streams) await whileThere(response, (gone) => answer(route, tokens, { request, response, gone }));
    else await answer(route, tokens, { request, response, gone: ALWAYS_THERE });
  };
}

type Visit = { readonly request: Request; readonly response: Response; readonly gone: AbortSignal };

async function answer(route: Route, tokens: Tokens, { request, response, gone }: Visit): Promise<void> {
  const { status, ...sent } = await route.answer(await callOf(route, tokens, { request, gone }));
  const kind: Answer<object> | undefined = route.answers[status];
  if (kind === undefined) throw new Error(`${route.name} does not declare that it answers ${status}`);
  response.status(status);
  await kind.send(sent, { response, headOnly: request.method === "HEAD", gone });
}

async function callOf(route: Route, tokens: Tokens, { request, gone }: Omit<Visit, "response">): Promise<Call> {
  const { door, query: schema = noQuery } = route;
  const { caller, key } = admit(request, door, tokens);
  const query = door === "open" ? {} : parsed(schema, { ...request.query }, "query parameter");
  const body = await route.body?.read(request);
  const { id } = request.params;
  return { request, caller, query, body, id: typeof id === "string" ? id : "", key, gone };
}
