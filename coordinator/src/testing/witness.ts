/** Sees what a server of this process answers, and holds each answer against the description of the interface. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import { type Schema as Form, Validator } from "@cfworker/json-schema";
import { ITEM_SCHEMA } from "../http/openapi/operation.js";
import type { Schema } from "../http/openapi/schemas.js";
import { codesOf, description, operations } from "./description.js";

/** Of one body; what is longer is not read to its end. */
const SEEN_BYTES_MAX = 4 * 1024 * 1024;
/** What may stand in the way of a method that a path does not have. */
const BEFORE_METHODS = [403, 405, 429];

export type Testimony = {
  /** `submitJob 202`, `submitJob 422 invalid_range`. */
  readonly seen: ReadonlySet<string>;
  /** Stops looking. @throws Error that names what was answered and is not described */
  end(): void;
};

/** What the description says that may be seen, as `Testimony` writes it. */
export function described(): string[] {
  return operations().flatMap(({ name, responses }) =>
    Object.entries(responses).flatMap(([status, response]) => {
      const codes = codesOf(response);
      return codes.length === 0 ? [`${name} ${status}`] : codes.map((code) => `${name} ${status} ${code}`);
    }),
  );
}

export function attend(port: number): Testimony {
  const seen = new Set<string>();
  const faults: string[] = [];
  const onStart = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (request.socket.localPort !== port) return;
    const text = collected(response);
    response.once("close", () => {
      try {
        const sight = judge({ request, response, read: isWhole(response, text) ? text : () => null });
        if (sight !== null) seen.add(sight);
      } catch (error) {
        faults.push(`${request.method} ${request.url}: ${error instanceof Error ? error.message : error}`);
      }
    });
  };
  subscribe("http.server.request.start", onStart);
  return {
    seen,
    end: () => {
      unsubscribe("http.server.request.start", onStart);
      if (faults.length > 0) throw new Error(`not as described:\n${faults.join("\n")}`);
    },
  };
}

/** Also where the client went away with the whole answer, before what it was still sending had an end. */
function isWhole(response: ServerResponse, text: () => string | null): boolean {
  const announced = response.getHeader("content-length");
  return response.writableFinished || Number(announced) === Buffer.byteLength(text() ?? "");
}

/** What is written to a response; null when that is too much. */
function collected(response: ServerResponse): () => string | null {
  const chunks: Buffer[] = [];
  let length = 0;
  const keep = (chunk: unknown) => {
    if (typeof chunk !== "string" && !(chunk instanceof Uint8Array)) return;
    length += chunk.length;
    if (length <= SEEN_BYTES_MAX) chunks.push(Buffer.from(chunk as string));
  };
  for (const name of ["write", "end"] as const) {
    const original = response[name].bind(response) as (...args: unknown[]) => never;
    response[name] = (...args: unknown[]) => {
      keep(args[0]);
      return original(...args);
    };
  }
  return () => {
    if (length > SEEN_BYTES_MAX) return null;
    const body = Buffer.concat(chunks);
    return (response.getHeader("content-encoding") === "gzip" ? gunzipSync(body) : body).toString();
  };
}

type Sight = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The body; null for one that was cut or is too long. */
  readonly read: () => string | null;
};

/** What was seen; null for what the description leaves to others, such as the pages. */
function judge({ request, response, read }: Sight): string | null {
  if (!response.headersSent) return null;
  const path = (request.url ?? "").split("?")[0] ?? "";
  const here = operations().filter(({ pattern }) => pattern.test(path));
  if (here.length === 0) return null;
  const method = request.method === "HEAD" ? "get" : request.method?.toLowerCase();
  const operation = here.find((each) => each.method === method);
  const status = response.statusCode;
  if (!operation) {
    if (BEFORE_METHODS.includes(status)) return null;
    throw new Error(`${status} for a method that is not described`);
  }
  const answer = operation.responses[status];
  const text = read();
  if (answer === undefined) throw new Error(`${status} is not described: ${text}`);
  checkHeaders(answer, response);
  const whole = request.method === "HEAD" ? null : text;
  const code = checkContent(answer, { type: String(response.getHeader("content-type") ?? ""), text: whole });
  return `${operation.name} ${status}${code === null ? "" : ` ${code}`}`;
}

function checkHeaders({ headers = {} }: Schema, response: ServerResponse): void {
  for (const [name, { required }] of Object.entries(headers as Record<string, { required: boolean }>)) {
    if (required && !response.hasHeader(name)) throw new Error(`${response.statusCode} without ${name}`);
  }
}

/** The code of a problem; null for other answers. */
function checkContent({ content }: Schema, { type, text }: { type: string; text: string | null }): string | null {
  if (content === undefined) {
    if (text !== "" && text !== null) throw new Error(`a body that is not described: ${text}`);
    return null;
  }
  const media = (content as Record<string, Schema>)[type.split(";")[0] ?? ""];
  if (media === undefined) throw new Error(`${type} is not described`);
  if (text === null) return null;
  const item = media[ITEM_SCHEMA] as Schema | undefined;
  if (item === undefined && !type.includes("json")) return null;
  if (item === undefined) {
    const body = JSON.parse(text);
    check(media.schema as Schema, body);
    return type.startsWith("application/problem+json") ? body.code : null;
  }
  if (type.startsWith("text/event-stream")) checkMessages(item, text);
  else for (const line of text.split("\n")) if (line !== "") check(item, JSON.parse(line));
  return null;
}

function checkMessages({ anyOf }: Schema, text: string): void {
  for (const block of text.split("\n\n").filter((each) => each !== "" && !each.startsWith(":"))) {
    const { event, data = "" } = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s)));
    const form = (anyOf as MessageForm[]).find(({ properties }) => properties.event?.const === event);
    if (form === undefined) throw new Error(`a message of ${event} is not described`);
    check(form.properties.data.contentSchema, JSON.parse(data));
  }
}
type MessageForm = { properties: { event?: { const: string }; data: { contentSchema: Schema } } };

/** @throws Error that says where a value does not fit */
export function check(schema: Schema, value: unknown): void {
  const { valid, errors } = validatorOf(schema).validate(value);
  const reason = errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`).join(" ");
  if (!valid) throw new Error(`${reason} in ${JSON.stringify(value).slice(0, 2_000)}`);
}

const validators = new WeakMap<Schema, Validator>();
function validatorOf(schema: Schema): Validator {
  const { schemas } = description().components;
  const components = { schemas: closed(schemas) };
  const validator = validators.get(schema) ?? new Validator({ ...schema, components } as Form, "2020-12", false);
  validators.set(schema, validator);
  return validator;
}

/** Answers may grow, but not unnoticed: here they have no field that is not described. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, closed(value)]));
  return inner.type === "object" && "properties" in inner ? { additionalProperties: false, ...inner } : inner;
}
