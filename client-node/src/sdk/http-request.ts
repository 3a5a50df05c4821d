/**
 * Opens requests, and ends them. By `node:http`, and not by `fetch`, which takes 0.4 ms longer for a call, and gives up a body
 * that has been silent for five minutes. Follows no redirect, asks for no compression, and knows nothing of what is said.
 */
import { setMaxListeners } from "node:events";
import { type Agent, type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { Answer } from "./http-answer.js";
import { closeIdle, isTls, keptConnections } from "./http-connections.js";
import { codeOf, TimeOutError } from "./silence.js";

/** What is to be opened, and what ends it before its end. */
export type Opening = {
  readonly url: URL;
  readonly method: "GET" | "POST" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** When its head must have come, or all of it, on the clock of `performance`; without it there is no end. */
  readonly limit?: { readonly atMs: number; readonly of: "head" | "whole" } | undefined;
};

/** A request to write to and end; `answer` need not be waited for. */
export type Opened = { readonly request: ClientRequest; readonly answer: Promise<Answer> };

/** Until a connection stands. */
const CONNECT_MS_MAX = 10_000;

/**
 * The answer to a whole request, when its head has come. A server may close an idle connection just as a request leaves on it: where
 * that may come twice, it is sent once more, on a new one. Where it may not, nobody could tell whether the first was acted on.
 *
 * @throws the signal's reason, TimeOutError, or what the system says
 */
export async function ask(
  opening: Opening,
  { content, mayComeTwice }: { content: string | Uint8Array | undefined; mayComeTwice: boolean },
): Promise<Answer> {
  const { request, answer } = openRequest(opening);
  request.end(content);
  try {
    return await answer;
  } catch (error) {
    if (!mayComeTwice || !request.reusedSocket || !["ECONNRESET", "EPIPE"].includes(codeOf(error))) throw error;
    closeIdle(opening.url, 0); // where one was dead, the others are not trusted either
    const again = openRequest(opening);
    again.request.end(content);
    return again.answer;
  }
}

/** @throws the signal's reason, when it has aborted; TypeError for a header that cannot be sent */
export function openRequest(opening: Opening, agent: Agent = keptConnections(opening.url)): Opened {
  const { url, method, headers, signal } = opening;
  signal?.throwIfAborted();
  const request = (isTls(url) ? tlsRequest : plainRequest)(url, { method, headers, agent });
  const answer = new Promise<Answer>((resolve, reject) => {
    request.on("error", reject);
    request.once("response", (body) => {
      body.on("error", () => {}); // it may break before anybody reads it, who is told then
      resolve({ status: body.statusCode ?? 0, headers: body.headers, body });
    });
  });
  answer.catch(() => {});
  endEarly(request, opening);
  return { request, answer };
}

/** By the signal, by the clock, or when no connection comes to stand. */
function endEarly(request: ClientRequest, { url, signal, limit }: Opening): void {
  let ending: ClientRequest | IncomingMessage = request;
  const end = (reason: unknown): unknown =>
    ending.destroy(reason instanceof Error ? reason : new Error(String(reason)));
  const ring = (code: TimeOutError["code"], ms: number) => setTimeout(() => end(new TimeOutError(code)), ms);
  const answering = limit && ring("ANSWER_TIMEOUT", limit.atMs - performance.now());
  let connecting: NodeJS.Timeout | undefined;
  request.once("socket", (socket) => {
    if (request.reusedSocket) return;
    connecting = ring("CONNECT_TIMEOUT", CONNECT_MS_MAX);
    socket.once(isTls(url) ? "secureConnect" : "connect", () => clearTimeout(connecting));
  });
  request.once("response", (body) => {
    ending = body; // else its reader would be told no reason
    if (limit?.of === "head") clearTimeout(answering);
  });
  const abort = (): unknown => end(signal?.reason);
  if (signal !== undefined) setMaxListeners(0, signal); // many calls may share one, and each takes its own off again
  signal?.addEventListener("abort", abort);
  request.once("close", () => {
    clearTimeout(answering);
    clearTimeout(connecting);
    signal?.removeEventListener("abort", abort);
  });
}
