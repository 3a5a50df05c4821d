/** Sends a body of any length, over a connection of its own. */
import type { ClientRequest } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import type * as z from "zod";
import { ownConnection } from "./http-connections.js";
import { ANSWER_MS_MAX, type HttpLink } from "./http-link.js";
import { type Opened, openRequest } from "./http-request.js";
import { TimeOutError } from "./silence.js";

/** A request whose body is sent as it is made. */
export type StreamCall = {
  readonly path: string;
  readonly type: string;
  /** Opens what is sent; after `stop` nothing more of it is asked for. */
  readonly chunks: (stop: AbortSignal) => AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
};

/**
 * The answer's JSON, checked. Takes chunks no faster than they leave, and no more once the coordinator has answered.
 *
 * @throws ProblemError, UnreachableError, UnknownAnswerError, the signal's reason, or what the chunks throw
 */
export async function postStream<T>(http: HttpLink, call: StreamCall, schema: z.ZodType<T>): Promise<T> {
  const { signal } = call;
  signal?.throwIfAborted();
  const stop = new AbortController();
  const chunks = call.chunks(stop.signal);
  const { request, answer } = opened(http, call);
  try {
    const sent = send(request, chunks, stop.signal);
    sent.catch(() => {}); // once there is an answer, nobody waits for it
    // A refusal may come before all is sent; then nothing more is.
    const first = await Promise.race([answer, sent.then(() => answer)]);
    return await http.parsed(first, schema, signal);
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  } finally {
    stop.abort();
    request.destroy();
  }
}

/** On a connection that is kept by its headers: one that is to be closed the server closes with its answer, and the next bytes reset it. */
function opened(http: HttpLink, { path, type, signal }: StreamCall): Opened {
  const url = http.at(path);
  const headers = { ...http.headers("application/json, application/problem+json"), "Content-Type": type };
  const { request, answer } = openRequest({ url, method: "POST", headers, signal }, ownConnection(url));
  const heard = answer.catch((cause) => {
    throw http.unreachable(cause);
  });
  heard.catch(() => {}); // what the chunks throw comes first
  return { request, answer: heard };
}

/**
 * Ends the request behind the last chunk. A turn of the loop for each chunk: an answer that has come is read before the next write
 * can fail, and timers and the signal get their turn, however fast the chunks come. That the connection broke is not told here: the answer does. */
async function send(request: ClientRequest, chunks: AsyncIterable<Uint8Array>, stop: AbortSignal): Promise<void> {
  for await (const chunk of chunks) {
    if (stop.aborted || request.destroyed) return;
    if (!request.write(chunk)) await drained(request, stop);
    await nextTurn();
  }
  if (stop.aborted || request.destroyed) return;
  request.end();
  request.setTimeout(ANSWER_MS_MAX, () => request.destroy(new TimeOutError("ANSWER_TIMEOUT")));
}

function drained(request: ClientRequest, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      request.off("drain", done).off("close", done);
      stop.removeEventListener("abort", done);
      resolve();
    };
    request.on("drain", done).on("close", done);
    stop.addEventListener("abort", done);
  });
}
