/**
 * Sends a body of any length, over a connection of its own. Not by `fetch`, which gives up a request that has had no answer for
 * five minutes, however much of it was still to be sent.
 */
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type * as z from "zod";
import { ANSWER_MS_MAX, type HttpLink } from "./http-link.js";

/** A request whose body is sent as it is made. */
export type StreamCall = {
  readonly path: string;
  readonly type: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
};

const KEEP_ALIVE_MS = 30_000;

/**
 * The answer's JSON, checked. Takes chunks no faster than they leave, and no more once the coordinator has answered.
 *
 * @throws ProblemError, UnreachableError, UnknownAnswerError, the signal's reason, or what the chunks throw
 */
export async function postStream<T>(http: HttpLink, call: StreamCall, schema: z.ZodType<T>): Promise<T> {
  const { chunks, signal } = call;
  signal?.throwIfAborted();
  const request = opened(http, call);
  const answer = answerTo(request, http);
  const stop = new AbortController();
  if (chunks instanceof Readable) stop.signal.addEventListener("abort", () => chunks.destroy());
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
  const request = url.protocol === "https:" ? tlsRequest : plainRequest;
  const options = { method: "POST", headers, agent: false as const, ...(signal === undefined ? {} : { signal }) };
  const opening = request(url, options);
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

/** Ends the request behind the last chunk. That the connection broke is not told here: the answer does. */
async function send(request: ClientRequest, chunks: AsyncIterable<Uint8Array>, stop: AbortSignal): Promise<void> {
  for await (const chunk of chunks) {
    if (stop.aborted || request.destroyed) return;
    if (!request.write(chunk)) await drained(request, stop);
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
