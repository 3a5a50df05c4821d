/** The description of the interface as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1), made of the routes that are served. */
import { type Route, TAGS } from "../route.js";
import { type Operation, operationOf } from "./operation.js";
import { Refusals } from "./refusals.js";
import { type Schema, Schemas } from "./schemas.js";

/** As far as it is ours. */
export type OpenApi = {
  readonly openapi: "3.1.1";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Schema>>;
    readonly securitySchemes: { readonly token: Schema };
  };
};

const ABOUT = `A volunteer compute grid: submit a job, watch the answer grow, read it.

**Tokens.** Writing needs \`Authorization: Bearer <token>\`, and so does what only a job's owner may read.

**Refusals** are problems (RFC 9457, \`application/problem+json\`) with a stable \`code\`; sentences may change. Fields and parameters that
nobody knows are refused and never ignored. Another method on a path is \`method_not_allowed\`, another path \`not_found\`. Where \`GET\` is answered, so is
\`HEAD\`, with the headers alone.

**Values**, which atoms take and give, are JSON with two forms more: \`{"$bin": "<base64>", "$type": "Float64Array"}\` for bytes and typed arrays, and
\`{"$num": "NaN"}\` (or \`Infinity\`, \`-Infinity\`, \`-0\`) for the numbers that JSON lacks. An object's own key \`$bin\` or \`$num\` gets one more \`$\` in front.

**Answers may grow**: ignore fields that you do not know.`;

/** @param routes all that are served, in the order in which they are described */
export function openApi(routes: readonly Route[]): OpenApi {
  const schemas = new Schemas();
  const refusals = new Refusals(schemas);
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, { schemas, refusals }) };
  }
  return {
    openapi: "3.1.1",
    info: { title: "Valence", version: "1", description: ABOUT },
    servers: [{ url: ".", description: "Where this description was found." }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: schemas.all(), responses: refusals.all(), securitySchemes: { token: TOKEN } },
  };
}

const TOKEN = {
  type: "http",
  scheme: "bearer",
  description: "The operator's is in the file `admin-token` of the coordinator's data folder.",
};
