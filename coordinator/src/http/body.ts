/** Reads the body of a request: its type first, then no more bytes than its limit, then as JSON where it must be; or as it comes. */
import { createGunzip, type Gunzip } from "node:zlib";
import { GridError, overLimit } from "@valence/shared/errors";
import { BODY_BYTES_MAX } from "@valence/shared/limits";
import type { Request } from "express";

type Kind = {
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

/** @throws GridError `unsupported_media_type`, `body_too_large`, `bad_json`. */
export async function readJson(request: Request): Promise<unknown> {
  const bytes = await readBytes(request, JSON_BODY);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new GridError("bad_json", `The body is not JSON in UTF-8: ${String(cause)}.`, { cause });
  }
}

/** As `readJson`, and an empty object for a request without a body. */
export async function readJsonIfAny(request: Request): Promise<unknown> {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  const empty = encoding === undefined && Number(length ?? 0) === 0;
  return empty ? {} : readJson(request);
}

/** @throws GridError `unsupported_media_type`, or what `kind` says of too many bytes. */
export async function readBytes(request: Request, kind: Kind): Promise<Uint8Array> {
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
 * A body of any length, as it comes and no faster than it is taken; gzip is unpacked. What is not taken flows on and is dropped,
 * so that a client that is still sending can read the answer. The iteration throws `bad_encoding` for what is no gzip, and what
 * `kind` says of gzip that is too large as it is sent; how much it unpacks to is for whoever takes it to count.
 *
 * @throws GridError `unsupported_media_type`, or what `kind` says of a length that is announced and too large
 */
export function streamBody(request: Request, kind: Kind): AsyncIterable<Uint8Array> {
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
    gunzip?.destroy();
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
