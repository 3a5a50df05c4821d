/**
 * A route in one place: method and path, what it takes, and everything that it may answer. `mount.ts` serves it by this and
 * `openapi/` describes it by this, so that what is described is what is served.
 */
import type { ErrorCode } from "@valence/shared/errors";
import type { Request } from "express";
import * as z from "zod";
import type { Caller } from "../api.js";
import type { Answer, ReplyTo } from "./answer.js";
import type { Body } from "./body.js";
import type { Method } from "./paths.js";
import { IDEMPOTENCY_KEY, type RequestHeader } from "./request-header.js";

/**
 * Who may come in, and what is looked at: `read`, anybody, but a token that is shown must be known; `write`, only with a token, and
 * without a query; `keyed write`, as that, with an `Idempotency-Key`, which other writes refuse; `open`, anybody, with anything.
 */
export type Door = "open" | "read" | "write" | "keyed write";

/** Groups of routes, in the order in which they are described. */
export const TAGS = {
  Jobs: "Submit, follow, read and steer jobs.",
  Atoms: "The code that jobs run.",
  Inputs: "Lists that are uploaded before their jobs.",
  Grid: "Who computes, and how much.",
  Operation: "For whoever runs a coordinator, and for tools that read this description.",
} as const;
export type Tag = keyof typeof TAGS;

/** A request that was let in, its parts checked. */
export type Call<Query = unknown, Content = unknown> = {
  readonly request: Request;
  readonly caller: Caller;
  readonly query: Query;
  readonly body: Content;
  /** The path's, or empty. */
  readonly id: string;
  /** The `Idempotency-Key` of a keyed write that has one. */
  readonly key: string | null;
  /** Aborts when the client has gone. */
  readonly gone: AbortSignal;
};

type Answers = { readonly [status: number]: Answer<object> };
/** What a route answers: one of its statuses, with what belongs to it. */
type Reply<A extends Answers> = { [Status in keyof A]: { readonly status: Status } & ReplyTo<A[Status]> }[keyof A];

type Declared<Query, Content, A extends Answers, R> = {
  readonly method: Method;
  /** From the root, with parameters as `{id}`. */
  readonly path: string;
  /** Of the operation, as generated clients call it: `submitJob`. */
  readonly name: string;
  readonly tag: Tag;
  /** A line for lists. */
  readonly summary: string;
  /** More of it, in Markdown. */
  readonly words?: string;
  readonly door: Door;
  /** Without one there are no parameters, and any is refused. */
  readonly query?: z.ZodType<Query>;
  /** Headers of its own that it looks at. */
  readonly headers?: readonly RequestHeader<unknown>[];
  readonly body?: Body<Content>;
  readonly answers: A;
  /** Codes that it may be refused with, beside those that its door, path, query, headers and body bring with them. */
  readonly refusals?: readonly ErrorCode[];
  /** Stands before the limits of requests a second. */
  readonly unlimited?: boolean;
  /** Asks nobody, and so has nothing to fail of. */
  readonly certain?: boolean;
  /** A query for the request that a description shows: `follow=1`. */
  readonly sample?: string;
  answer(call: Call<Query, Content>): R | Promise<R>;
};

type Sent = { readonly status: number };
/** A route whose types have done their work. */
export type Route = Declared<unknown, unknown, Answers, Sent>;

/** Checks a declaration against itself: what it answers is of the statuses and forms that it names. */
export function route<
  Query = Readonly<Record<never, never>>,
  Content = undefined,
  A extends Answers = Answers,
  const R extends Reply<A> & Sent = Reply<A> & Sent,
>(declared: Declared<Query, Content, A, R>): Route {
  return declared as unknown as Route; // `mount` gives it what it has asked for
}

export const noQuery = z.strictObject({});

/** Every code that a route can be refused with. */
export function refusalsOf(route: Route): ErrorCode[] {
  const { door, path, unlimited = false, certain = false, body, headers = [], refusals = [] } = route;
  const codes: ErrorCode[] = ["host_refused", ...refusals, ...(body?.refusals ?? [])];
  if (!unlimited) codes.push("too_many_requests");
  if (path.includes("{")) codes.push("not_found"); // a broken escape
  if (!certain) codes.push("internal");
  if (door !== "open") codes.push("forbidden", "invalid_request");
  if (door.endsWith("write")) codes.push("unauthorized");
  if (door === "write") codes.push("unsupported");
  if (headers.length > 0) codes.push("invalid_request");
  return [...new Set(codes)];
}

/** The headers that a route looks at, with the key of those writes that take one. */
export function headersOf({ door, headers = [] }: Route): readonly RequestHeader<unknown>[] {
  return door === "keyed write" ? [IDEMPOTENCY_KEY, ...headers] : headers;
}
