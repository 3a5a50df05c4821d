/** What a list can be uploaded from, as the bytes of its lines. Reads no faster than it is asked. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
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
/** How long values are taken before others of the program have a turn. */
const TURN_MS = 10;
/** Read from a file at a time. */
const FILE_BYTES = 256 * 1024;

/**
 * The bytes to send. Closing the iteration closes the source; so does `stop`, also while the next value or chunk is waited for.
 *
 * @throws TypeError for what is no source; while it is read, ValueError for a value that cannot be sent, with its number, and
 *   what the source throws
 */
export function bytesOf(source: UploadSource, stop: AbortSignal): AsyncIterable<Uint8Array> {
  if (typeof source === "string" || ArrayBuffer.isView(source)) {
    throw new TypeError("Text or bytes alone are no list: upload a file, a stream, or the values themselves.");
  }
  if ("file" in source) return stopped(createReadStream(source.file, { highWaterMark: FILE_BYTES }), stop);
  if (source instanceof Readable) {
    const stream = stopped(source, stop);
    return stream.readableObjectMode ? linesOf(stream, stop) : stream;
  }
  if (source instanceof ReadableStream) return source;
  if (Symbol.iterator in source || Symbol.asyncIterator in source) return linesOf(source, stop);
  throw new TypeError("Upload an iterable of values, a stream of bytes, or { file }.");
}

function stopped(stream: Readable, stop: AbortSignal): Readable {
  stop.addEventListener("abort", () => stream.destroy());
  return stream;
}

async function* linesOf(
  values: Iterable<unknown> | AsyncIterable<unknown>,
  stop: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  let text = "";
  let items = 0;
  let turnAt = performance.now();
  for await (const value of values) {
    text += `${JSON.stringify(sendable(value, `list[${items++}]`))}\n`;
    if (text.length >= TEXT_LENGTH) {
      yield Buffer.from(text);
      text = "";
    }
    // Values that are there already never leave the loop its turn: neither a timer nor the signal would be heard.
    if (performance.now() - turnAt < TURN_MS) continue;
    await nextTurn();
    if (stop.aborted) return;
    turnAt = performance.now();
  }
  if (text !== "") yield Buffer.from(text);
}
