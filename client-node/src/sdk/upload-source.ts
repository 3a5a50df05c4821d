/** What a list can be uploaded from, as the bytes of its lines. Reads no faster than it is asked. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { sendable } from "./submission.js";

/**
 * Values, each an element; a stream of bytes or a file that hold NDJSON, which go as they are. A stream of Node in object mode is
 * an iterable of values.
 */
export type UploadSource<Element = unknown> =
  | Iterable<Element>
  | AsyncIterable<Element>
  | Readable
  | ReadableStream<Uint8Array>
  | { readonly file: string | URL };

/** Lines gather to about this many characters before they are sent. */
const TEXT_LENGTH = 64 * 1024;
/** Read from a file at a time. */
const FILE_BYTES = 256 * 1024;

/**
 * The bytes to send. Closing the iteration closes the source.
 *
 * @throws TypeError for what is no source; while it is read, ValueError for a value that cannot be sent, with its number, and
 *   what the source throws
 */
export function bytesOf(source: UploadSource): AsyncIterable<Uint8Array> {
  if (typeof source === "string" || ArrayBuffer.isView(source)) {
    throw new TypeError("Text or bytes alone are no list: upload a file, a stream, or the values themselves.");
  }
  if ("file" in source) return createReadStream(source.file, { highWaterMark: FILE_BYTES });
  if (source instanceof Readable) return source.readableObjectMode ? linesOf(source) : source;
  if (source instanceof ReadableStream) return source;
  if (Symbol.iterator in source || Symbol.asyncIterator in source) return linesOf(source);
  throw new TypeError("Upload an iterable of values, a stream of bytes, or { file }.");
}

async function* linesOf(values: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void, void> {
  let text = "";
  let items = 0;
  for await (const value of values) {
    text += `${JSON.stringify(sendable(value, `list[${items++}]`))}\n`;
    if (text.length < TEXT_LENGTH) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}
