import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";
import { overLimit } from "@valence/shared/errors";
import type { Request } from "express";
import { expect, test } from "vitest";
import { stream } from "./body.js";

/** Unpacks to nothing. */
const EMPTY = gzipSync("");
const kind = {
  types: ["text/plain"],
  bytesMax: 10 * EMPTY.length,
  tooLarge: (actual: number) =>
    overLimit("body_too_large", "Too much", { limit: "UPLOAD_BYTES_MAX", max: 10 * EMPTY.length, actual }),
};

function gzipped(): PassThrough & Request {
  const headers = { "content-type": "text/plain", "content-encoding": "gzip" };
  return Object.assign(new PassThrough(), { headers }) as unknown as PassThrough & Request;
}

/** Takes all of the body. */
async function sent(request: Request): Promise<string> {
  let text = "";
  for await (const chunk of await stream(kind, { words: "", example: "" }).read(request))
    text += Buffer.from(chunk).toString();
  return text;
}

test("[M1] what is sent as gzip is taken up to the limit, whatever comes of it", async () => {
  const request = gzipped();
  const text = sent(request);
  for (let members = 0; members < 9; members++) request.write(EMPTY);
  request.end(EMPTY);
  expect(await text).toBe("");
});

test("[M1] one byte past the limit ends it, though nothing was unpacked and more is to come", async () => {
  const request = gzipped();
  const text = sent(request);
  for (let members = 0; members < 10; members++) request.write(EMPTY);
  request.write(EMPTY.subarray(0, 1));
  await expect(text).rejects.toMatchObject({
    code: "body_too_large",
    details: { limit: "UPLOAD_BYTES_MAX", max: kind.bytesMax, actual: kind.bytesMax + 1 },
  });
  for (let members = 0; members < 10_000; members++) request.write(EMPTY);
  request.end();
  await expect.poll(() => request.readableEnded).toBe(true); // the rest flows on and is dropped
});
