/** The description of the interface, as far as this page shows it: what `/openapi.json` of this very coordinator holds. */
import { asFault, GridFault } from "../grid/fault.js";

/** A JSON Schema of the dialect 2020-12; `true` for anything. */
export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly contentSchema?: Schema;
};

export type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
};

export type Media = {
  readonly schema: Schema;
  readonly "x-itemSchema"?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
};
type Content = Readonly<Record<string, Media>>;

export type Answer = {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description: string }>>;
  readonly content?: Content;
};

export type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly object[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly description?: string; readonly content: Content };
  readonly responses: Readonly<Record<string, Answer & { readonly $ref?: string }>>;
  readonly "x-codeSamples": readonly { readonly source: string }[];
};

export type Description = {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Answer>>;
  };
};

/** One operation, with where it stands. */
export type Described = Operation & { readonly method: string; readonly path: string };

/** @throws GridFault */
export async function loadDescription(signal: AbortSignal): Promise<Description> {
  const response = await fetch("/openapi.json", { signal }).catch((error: unknown) => {
    throw asFault(error);
  });
  const body: unknown = response.ok ? await response.json().catch(() => null) : null;
  if (isDescription(body)) return body;
  throw new GridFault("unreachable", "The coordinator does not answer, or is of another version.");
}

/** It comes from the coordinator that served this page: its parts need no looking at. */
function isDescription(body: unknown): body is Description {
  return typeof body === "object" && body !== null && "paths" in body && "components" in body;
}

/** Those of a group, in the order of the description. */
export function operationsOf({ paths }: Description, tag: string): Described[] {
  return Object.entries(paths)
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, each]) => ({ ...each, method, path })))
    .filter(({ tags }) => tags.includes(tag));
}

/** The last part of a reference, which is a name. */
export function nameIn(reference: string): string {
  return reference.split("/").at(-1) ?? "";
}

/** What an operation may answer, references followed; those that refuse come with their codes. */
export function answersOf(
  operation: Operation,
  { components }: Description,
): readonly (Answer & { readonly status: string; readonly codes: readonly string[] })[] {
  return Object.entries(operation.responses).map(([status, response]) => {
    const answer = response.$ref === undefined ? response : (components.responses[nameIn(response.$ref)] ?? response);
    return { ...answer, status, codes: codesOf(answer) };
  });
}

/** A problem has an example for each of its codes. */
export function codesOf({ content }: Answer): readonly string[] {
  return Object.keys(content?.["application/problem+json"]?.examples ?? {});
}
