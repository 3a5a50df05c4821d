/** Bodies of requests: their type first, then no more bytes than their limit, then as JSON where they must be; or as they come. */
import { createGunzip, type Gunzip } from "node:zlib";
import { type ErrorCode, GridError, overLimit } from "@valence/shared/errors";
import { BODY_BYTES_MAX } from "@valence/shared/limits";
import type { Request } from "express";
import * as z from "zod";
import { type Named, named } from "./named.js";
import { parsed } from "./parsed.js";
import { isEmpty } from "./patience.js";

/** What a route takes as its body: how it is read, and what a description says of it. */
export type Body<T> = {
  /** The first is the one to recommend. */
  readonly types: readonly string[];
  readonly required: boolean;
  /** The form of JSON; null for text. */
  readonly of: Named | null;
  readonly words?: string;
  /** Of text. */
  readonly example?: string;
  /** Codes with which it is refused before its route sees it. */
  readonly refusals: readonly ErrorCode[];
  read(request: Request): Promise<T> | T;
};

/** A body that is no JSON: its types, how much of it is taken, and how it is refused above that. */
export type Kind = {
  readonly types: readonly string[];
  readonly bytesMax: number;
  readonly tooLarge: (actual: number) => GridError;
};

const UNPACKED_CHUNK_BYTES = 64 * 1024;

const JSON_BODY: Kind = {
  types: ["application/json"],
  bytesMax: BODY_BYTES_MAX,
  tooLarge: (actual) =>
    overLimit("body_too_large", `The body has ${actual} bytes or more`, {
      limit: "BODY_BYTES_MAX",
      max: BODY_BYTES_MAX,
      actual,
    }),
};
const JSON_REFUSALS = ["unsupported_media_type", "body_too_large", "bad_json", "invalid_request"] as const;

/** JSON of a form that its route is told to describe, and that is checked further in. */
export function jsonFor(of: Named): Body<unknown> {
  return { types: JSON_BODY.types, required: true, of, refusals: JSON_REFUSALS, read: readJson };
}

/** JSON that may be left out, which means the same as an empty object. */
export function optionalJson<T>(of: Named<T>): Body<T> {
  const read = async (request: Request) => parsed(of.schema, isEmpty(request) ? {} : await readJson(request), "field");
  return { types: JSON_BODY.types, required: false, of, refusals: JSON_REFUSALS, read };
}

/** For those who send a body as a matter of course, and have nothing to say in it. */
export const EMPTY_JSON = optionalJson(named("Empty", z.strictObject({}), {}));

type Words = { readonly words: string; readonly example: string };

/** All of it at once. */
export function bytes(kind: Kind, words: Words): Body<Uint8Array> {
  return { ...plain(kind, words), read: (request) => readBytes(request, kind) };
}

/** A body of any length, as it comes and no faster than it is taken; gzip is unpacked. */
export function stream(kind: Kind, words: Words): Body<AsyncIterable<Uint8Array>> {
  const { refusals, ...body } = plain(kind, words);
  return { ...body, refusals: [...refusals, "bad_encoding"], read: (request) => streamBody(request, kind) };
}

/** All of a body that is no JSON but how it is read. */
function plain(kind: Kind, words: Words): Omit<Body<unknown>, "read"> {
  const refusals = ["unsupported_media_type", kind.tooLarge(kind.bytesMax).code] as const;
  return { types: kind.types, required: true, of: null, ...words, refusals };
}

/** @throws GridError `unsupported_media_type`, `body_too_large`, `bad_json`. */
async function readJson(request: Request): Promise<unknown> {
  const sent = await readBytes(request, JSON_BODY);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(sent));
  } catch (cause) {
    throw new GridError("bad_json", `The body is not JSON in UTF-8: ${String(cause)}.`, { cause });
  }
}

/** @throws GridError `unsupported_media_type`, or what `kind` says of too many bytes. */
async function readBytes(request: Request, kind: Kind): Promise<Uint8Array> {
  checkType(request, kind.types, ["identity"]);
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > kind.bytesMax) throw kind.tooLarge(declared);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    // Past the limit the rest flows on and is dropped: a client that is still sending must be able to read the answer.
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= kind.bytesMax) chunks.push(chunk);
      else reject(kind.tooLarge(length));
    });
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", reject);
  });
}

/**
 * What is not taken flows on and is dropped, so that a client that is still sending can read the answer. The iteration throws
 * `bad_encoding` for what is no gzip, and what `kind` says of gzip that is too large as it is sent; how much it unpacks to is
 * for whoever takes it to count.
 *
 * @throws GridError `unsupported_media_type`, or what `kind` says of a length that is announced and too large
 */
function streamBody(request: Request, kind: Kind): AsyncIterable<Uint8Array> {
  const encoding = checkType(request, kind.types, ["identity", "gzip"]);
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > kind.bytesMax) throw kind.tooLarge(declared);
  return chunksOf(request, encoding === "gzip" ? () => unpacked(request, kind) : null);
}

/** Unpacks no more than may be sent: members that unpack to nothing would come without end, and whoever takes it would wait. */
function unpacked(request: Request, kind: Kind): Gunzip {
  const gunzip = createGunzip({ chunkSize: UNPACKED_CHUNK_BYTES });
  let length = 0;
  request.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > kind.bytesMax) gunzip.destroy(kind.tooLarge(length));
  });
  request.once("error", (error) => gunzip.destroy(error)); // it went away; a pipe does not pass that on
  return request.pipe(gunzip);
}

/** Nothing is unpacked before it is asked for: an error would find nobody. */
async function* chunksOf(request: Request, open: (() => Gunzip) | null): AsyncGenerator<Uint8Array, void, void> {
  const gunzip = open?.() ?? null;
  try {
    yield* (gunzip ?? request).iterator({ destroyOnReturn: false });
  } catch (cause) {
    if (!isOfZlib(cause)) throw cause;
    throw new GridError("bad_encoding", `The body is not gzip, or not all of it: ${cause.message}.`, { cause });
  } finally {
    if (gunzip !== null) request.unpipe(gunzip.destroy()); // which would pause it later
    request.resume();
  }
}

/** Its codes are those of the library: `Z_DATA_ERROR`, `Z_BUF_ERROR`. */
function isOfZlib(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}

/** The encoding of the body. @throws GridError `unsupported_media_type` */
function checkType(request: Request, types: readonly string[], encodings: readonly string[]): string {
  const [type = "", ...parameters] = (request.headers["content-type"] ?? "").toLowerCase().split(";");
  const charset = parameters.map((p) => p.trim()).find((p) => p.startsWith("charset="));
  const inUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  const encoding = (request.headers["content-encoding"] ?? "identity").toLowerCase();
  if (types.includes(type.trim()) && inUtf8 && encodings.includes(encoding)) return encoding;
  const others = encodings.filter((each) => each !== "identity");
  const packed = others.length === 0 ? "without a Content-Encoding" : `as it is or with Content-Encoding ${others}`;
  throw new GridError("unsupported_media_type", `Send ${types.join(" or ")} in UTF-8, ${packed}.`);
}
