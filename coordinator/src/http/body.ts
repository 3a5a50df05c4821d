/** Reads the body of a request: its type first, then no more bytes than its limit, then as JSON where it must be. */
import { GridError, overLimit } from "@valence/shared/errors";
import { BODY_BYTES_MAX } from "@valence/shared/limits";
import type { Request } from "express";

type Kind = {
  readonly types: readonly string[];
  readonly bytesMax: number;
  readonly tooLarge: (actual: number) => GridError;
};

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
  checkType(request, kind.types);
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

function checkType(request: Request, types: readonly string[]): void {
  const [type = "", ...parameters] = (request.headers["content-type"] ?? "").toLowerCase().split(";");
  const charset = parameters.map((p) => p.trim()).find((p) => p.startsWith("charset="));
  const inUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (types.includes(type.trim()) && inUtf8 && encoding === "identity") return;
  throw new GridError("unsupported_media_type", `Send ${types.join(" or ")} in UTF-8, without a Content-Encoding.`);
}
