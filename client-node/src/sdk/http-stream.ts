/**
 * Sends a body of any length, over a connection of its own. Not by `fetch`, which gives up a request that has had no answer for
 * five minutes, however much of it was still to be sent.
 */
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import type * as z from "zod";
import { ANSWER_MS_MAX, type HttpLink } from "./http-link.js";

/** A request whose body is sent as it is made. */
export type StreamCall = {
  readonly path: string;
  readonly type: string;
  /** Opens what is sent; after `stop` nothing more of it is asked for. */
  readonly chunks: (stop: AbortSignal) => AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
};

const KEEP_ALIVE_MS = 30_000;

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
  const request = opened(http, call);
  const answer = answerTo(request, http);
  try {
    const sent = send(request, chunks, stop.signal);
    sent.catch(() => {}); // once there is an answer, nobody waits for it
    // A refusal may come before all is sent; then nothing more is.
    const response = await Promise.race([answer, sent.then(() => answer)]);
    return await http.parsed(response, schema, signal);
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  } finally {
    stop.abort();
    request.destroy();
  }
}

function opened(http: HttpLink, { path, type, signal }: StreamCall): ClientRequest {
  const url = new URL(`${http.url}/api/v1${path}`);
  const headers: Record<string, string> = {
    Accept: "application/json, application/problem+json",
    "Content-Type": type,
  };
  if (http.token !== null) headers.Authorization = `Bearer ${http.token}`;
  // One that is to be closed is closed by the server with its answer, early as that may be, and the next bytes would reset it.
  const kept = { keepAlive: true };
  const isTls = url.protocol === "https:";
  const agent = isTls ? new TlsAgent(kept) : new PlainAgent(kept);
  const options = { method: "POST", headers, agent, ...(signal === undefined ? {} : { signal }) };
  const opening = (isTls ? tlsRequest : plainRequest)(url, options);
  opening.setSocketKeepAlive(true, KEEP_ALIVE_MS); // a host that vanished is noticed, though nothing is to be sent
  return opening;
}

/** Whole, as `fetch` would have it. */
function answerTo(request: ClientRequest, http: HttpLink): Promise<Response> {
  const answer = (async () => {
    try {
      const [message] = (await once(request, "response")) as [IncomingMessage];
      const headers = new Headers();
      for (const [name, value] of Object.entries(message.headers)) headers.set(name, String(value));
      return new Response(await text(message), { status: message.statusCode ?? 0, headers });
    } catch (cause) {
      throw http.unreachable(cause);
    }
  })();
  answer.catch(() => {}); // what the chunks throw comes first
  return answer;
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
  request.setTimeout(ANSWER_MS_MAX, () => request.destroy(new Error("it does not answer")));
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
