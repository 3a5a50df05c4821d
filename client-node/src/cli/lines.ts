/** Lines of JSON on their way from a file or standard input to the grid, however many: what is read is sent, and not kept. */
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { count, size } from "@valence/shared/human";
import type { Uploaded } from "@valence/shared/job-view";
import { UsageError } from "./exit-code.js";
import type { Session } from "./grid-options.js";

/** `name` is what sentences call them. */
export type Lines = { readonly name: string; readonly stream: Readable };

/** Read at a time. */
const CHUNK_BYTES = 256 * 1024;

/** What `file` holds, or standard input for `-`. @throws UsageError when there is no such file. */
export async function linesFrom(file: string, what: string): Promise<Lines> {
  const name = `${what} ${file}`;
  if (file === "-") return { name, stream: process.stdin };
  try {
    return { name, stream: (await open(file)).createReadStream({ highWaterMark: CHUNK_BYTES }) };
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

/** Uploads them, and shows how far it is. @throws UsageError when they cannot be read, and what `Grid.upload` throws. */
export async function uploadLines(lines: Lines, session: Session): Promise<Uploaded> {
  const { grid, output, signal } = session;
  const live = output.live();
  try {
    const upload = await grid.upload(Readable.from(watched(lines, session), { objectMode: false }), { signal });
    live.clear();
    if (!output.json) output.note(`Uploaded ${count(upload.items)} items, ${size(upload.bytes)}`);
    return upload;
  } finally {
    live.clear();
    lines.stream.destroy(); // an open standard input would keep the process
  }
}

async function* watched({ name, stream }: Lines, { output }: Session): AsyncGenerator<Uint8Array, void, void> {
  const live = output.live();
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (live.lively) live.show(() => `Uploading ${size(bytes)}`);
      yield chunk;
    }
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

function unreadable(name: string, cause: unknown): UsageError {
  const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  const reason = missing ? "there is no such file" : cause instanceof Error ? cause.message : String(cause);
  return new UsageError(`${name} cannot be read: ${reason}.`, { cause });
}
