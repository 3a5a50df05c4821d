/** One route as an operation of the description. */
import * as z from "zod";
import type { Answer, Content } from "../answer.js";
import type { Body } from "../body.js";
import type { Named } from "../named.js";
import { headersOf, noQuery, type Route, refusalsOf } from "../route.js";
import { curlOf } from "./curl.js";
import type { Refusals } from "./refusals.js";
import { parameterSchema, type Schema, type Schemas } from "./schemas.js";

/** OpenAPI 3.1 has no word for the parts of a stream; 3.2 has this one, without the `x-`. */
export const ITEM_SCHEMA = "x-itemSchema";

export type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  /** An empty requirement says that it may also be left out. */
  readonly security: readonly { readonly token?: readonly never[] }[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: Schema;
  readonly responses: Readonly<Record<string, Schema>>;
  readonly "x-codeSamples": readonly { readonly lang: string; readonly label: string; readonly source: string }[];
};

export type Parameter = {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
  readonly example?: string | number;
};

/** What operations share. */
export type Shared = { readonly schemas: Schemas; readonly refusals: Refusals };

export function operationOf(route: Route, { schemas, refusals }: Shared): Operation {
  const { name, tag, summary, words, door, body } = route;
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...(words !== undefined && { description: words }),
    security: door === "open" ? [] : door === "read" ? [{}, { token: [] }] : [{ token: [] }],
    parameters: parametersOf(route),
    ...(body && { requestBody: requestBodyOf(body, schemas) }),
    responses: { ...answersOf(route, schemas), ...refusals.byStatus(refusalsOf(route)) },
    "x-codeSamples": [{ lang: "shell", label: "curl", source: curlOf(route) }],
  };
}

function parametersOf(route: Route): Parameter[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]): Parameter => {
    return { name, in: "path", required: true, schema: { type: "string" } };
  });
  const { query = noQuery } = route;
  const inQuery = Object.entries(query instanceof z.ZodObject ? query.shape : {}).map(([name, schema]): Parameter => {
    const { description, ...written } = parameterSchema(schema);
    const required = !schema.safeParse(undefined).success;
    return { name, in: "query", required, ...worded(description), schema: written };
  });
  const inHeaders = headersOf(route).map(({ name, words, schema, example }): Parameter => {
    const written = parameterSchema(schema);
    const meant = written.type === "integer" ? Number(example) : example; // a header is text, and what it says may be a number
    return { name, in: "header", required: false, description: words, schema: written, example: meant };
  });
  return [...inPath, ...inQuery, ...inHeaders];
}

function worded(description: unknown): { readonly description?: string } {
  return typeof description === "string" ? { description } : {};
}

function requestBodyOf({ types, required, of, words, example }: Body<unknown>, schemas: Schemas): Schema {
  const media =
    of === null ? { schema: { type: "string" }, example } : { schema: schemas.refer(of, "input"), example: of.example };
  return {
    required,
    ...worded(words),
    content: Object.fromEntries(types.map((type) => [type, media])),
  };
}

function answersOf({ answers }: Route, schemas: Schemas): Record<string, Schema> {
  return Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerOf(answer, schemas)]));
}

function answerOf({ words, content, headers }: Answer<object>, schemas: Schemas): Schema {
  const described = Object.entries(headers).map(([name, { words, example, always }]) => {
    return [name, { description: words, required: always, schema: { type: "string", examples: [example] } }];
  });
  return {
    description: words,
    ...(described.length > 0 && { headers: Object.fromEntries(described) }),
    ...(content && { content: { [content.type]: mediaOf(content, schemas) } }),
  };
}

function mediaOf({ of, each, named, example }: Content, schemas: Schemas): Schema {
  if (of !== null) return { schema: schemas.refer(of, "output"), example: of.example };
  if (!each) return { schema: { type: "string" }, example };
  return {
    schema: { type: "string" },
    [ITEM_SCHEMA]: named ? messages(each, named, schemas) : schemas.refer(each, "output"),
    example,
  };
}

/** One of many messages, as OpenAPI 3.2 describes Server-Sent Events. */
function messages(each: Named, named: Readonly<Record<string, Named>>, schemas: Schemas): Schema {
  const message = (of: Named, event: Schema) => ({
    type: "object",
    required: ["id", "data", ...Object.keys(event)],
    properties: {
      id: { type: "string" },
      ...event,
      data: { type: "string", contentMediaType: "application/json", contentSchema: schemas.refer(of, "output") },
    },
  });
  const others = Object.entries(named).map(([name, of]) => message(of, { event: { const: name } }));
  return { anyOf: [message(each, {}), ...others] };
}
