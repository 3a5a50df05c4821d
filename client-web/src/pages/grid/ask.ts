/** Requests to the coordinator that served this page: JSON under `/api/v1`, with the tab's token, checked where it comes in. */
import type { Check } from "./checks.js";
import { asFault, GridFault } from "./fault.js";
import { refuseToken, token } from "./token.js";

export type Call = {
  readonly method?: "GET" | "POST" | "DELETE";
  /** Below `/api/v1`, with its query. */
  readonly path: string;
  readonly signal?: AbortSignal;
};

/** Until an answer is whole. */
const ANSWER_MS_MAX = 20_000;

/** @throws GridFault, or what the signal was aborted with */
export async function ask<T>(call: Call, check: Check<T>): Promise<T> {
  const response = await answerOf(call);
  const body = await jsonOf(response, call.signal);
  if (check(body)) return body;
  throw new GridFault("unreachable", "The answer is of another version: reload the page.");
}

/** For an answer that nobody reads. */
export async function tell(call: Call): Promise<void> {
  await answerOf(call);
}

/** A text of a stranger's, such as an atom's source. */
export async function askText(call: Call): Promise<string> {
  const response = await answerOf(call);
  return response.text();
}

/** Whether the coordinator knows this token. @throws GridFault when it cannot be asked */
export async function knowsToken(candidate: string): Promise<boolean> {
  const response = await send({ path: "/grid" }, candidate);
  if (response.status === 403) return false;
  if (!response.ok) throw await faultOf(response);
  return true;
}

/** A token that is not known there spoils every request, so it is dropped, and what anyone may read is read without. */
async function answerOf(call: Call): Promise<Response> {
  const shown = token.value;
  const response = await send(call, shown);
  if (response.ok) return response;
  const fault = await faultOf(response);
  if (fault.code !== "forbidden" || shown === null || (await knowsToken(shown))) throw fault;
  refuseToken(shown);
  return answerOf(call);
}

async function send({ method = "GET", path, signal }: Call, shown: string | null): Promise<Response> {
  const headers = new Headers({ Accept: "application/json, application/problem+json, text/plain" });
  if (shown !== null) headers.set("Authorization", `Bearer ${shown}`);
  const timeout = AbortSignal.timeout(ANSWER_MS_MAX);
  try {
    return await fetch(`/api/v1${path}`, {
      method,
      headers,
      redirect: "error",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : asFault(error);
  }
}

async function jsonOf(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : asFault(error);
  }
}

async function faultOf(response: Response): Promise<GridFault> {
  const problem: unknown = await response.json().catch(() => null);
  const { code, detail } = (problem ?? {}) as { code?: unknown; detail?: unknown };
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : null;
  // Without a problem it is no coordinator that speaks, but a proxy before one that is away.
  if (typeof code !== "string" || typeof detail !== "string") return asFault(new Error(`status ${response.status}`));
  return new GridFault(code, detail, { retryAfterMs });
}
