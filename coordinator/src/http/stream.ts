/** Streams a body as fast as its reader reads and no faster: one text is under way, and nothing is kept beside it. */
import { once } from "node:events";
import type { Response } from "express";

/** What is streamed, and until when. */
export type Flow = {
  /** Asked for the next one when the reader has room for it; closed when the reader goes away. */
  readonly texts: AsyncIterable<string>;
  /** Aborted when the reader has gone. */
  readonly gone: AbortSignal;
};

/** Runs `answer` with a signal that says when the client has gone; what fails after that concerns nobody. */
export async function whileThere(response: Response, answer: (gone: AbortSignal) => Promise<void>): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    await answer(gone.signal);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

/** Returns when the texts end; throws when the client has gone before. */
export async function writeAll(response: Response, { texts, gone }: Flow): Promise<void> {
  for await (const text of texts) {
    gone.throwIfAborted();
    if (!response.write(text)) await once(response, "drain", { signal: gone });
  }
}
