/** The description of the interface, as tests look things up in it. */
import { type OpenApi, openApi } from "../http/openapi/document.js";
import type { Operation } from "../http/openapi/operation.js";
import type { Schema } from "../http/openapi/schemas.js";
import { routesOf } from "../http/routes.js";
import { gridMetrics } from "../metrics.js";
import { fakeApi } from "./fake-api.js";

export type Described = Omit<Operation, "responses"> & {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** What paths of requests to it look like. */
  readonly pattern: RegExp;
  /** By status; references are followed. */
  readonly responses: Readonly<Record<string, Schema>>;
};

/** As every server of this version has it. */
export function description(): OpenApi {
  written ??= openApi(routesOf({ api: fakeApi(), metrics: gridMetrics(fakeApi()), operator: null }).all);
  return written;
}
let written: OpenApi | null = null;

export function operations(): readonly Described[] {
  found ??= Object.entries(description().paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => described(path, method, operation)),
  );
  return found;
}
let found: readonly Described[] | null = null;

function described(path: string, method: string, operation: Operation): Described {
  const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.")}/?$`);
  const responses = Object.entries(operation.responses).map(([status, response]) => [status, resolved(response)]);
  return { ...operation, name: operation.operationId, method, path, pattern, responses: Object.fromEntries(responses) };
}

function resolved(response: Schema): Schema {
  const name =
    String(response.$ref ?? "")
      .split("/")
      .at(-1) ?? "";
  return description().components.responses[name] ?? response;
}

/** Of a response that refuses; else none. */
export function codesOf({ content }: Schema): readonly string[] {
  const refusal = (content as Readonly<Record<string, RefusalForm>> | undefined)?.["application/problem+json"];
  return refusal?.schema.allOf[1].properties.code.enum ?? [];
}
type RefusalForm = { schema: { allOf: [unknown, { properties: { code: { enum: string[] } } }] } };
