/** The description of the interface, itself a part of it. */
import { gzipSync } from "node:zlib";
import * as z from "zod";
import { moved, type Packed, packed } from "../answer.js";
import { named } from "../named.js";
import { type Route, route } from "../route.js";
import { type OpenApi, openApi } from "./document.js";

const PATH = "/openapi.json";
const DESCRIPTION = named(
  "OpenApi",
  z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) }),
  {
    openapi: "3.1.1",
    info: { title: "Valence", version: "1" },
    paths: {},
  },
);

/** @param routes all of them, these among them; asked for when the description is first read */
export function descriptionRoutes(routes: () => readonly Route[]): Route[] {
  let written: Packed | null = null;
  return [
    route({
      method: "get",
      path: PATH,
      name: "getDescription",
      tag: "Operation",
      summary: "Read this description",
      words: "OpenAPI 3.1, made of what checks requests and answers. `/docs` has it for people.",
      door: "open",
      certain: true,
      answers: { 200: packed("All of the interface.", DESCRIPTION) },
      answer: () => {
        written ??= packedOf(openApi(routes()));
        return { status: 200, body: written };
      },
    }),
    route({
      method: "get",
      path: `/api/v1${PATH}`,
      name: "findDescription",
      tag: "Operation",
      summary: "Find the description",
      door: "open",
      certain: true,
      answers: { 308: moved("At the root.", `../..${PATH}`) },
      answer: () => ({ status: 308 }),
    }),
  ];
}

function packedOf(description: OpenApi): Packed {
  const identity = Buffer.from(JSON.stringify(description));
  return { identity, gzip: gzipSync(identity) };
}
