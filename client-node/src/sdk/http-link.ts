/** HTTP with one coordinator: addresses, the token, problems as errors, patience with a busy one. Knows nothing of jobs. */
import { validateHeaderValue } from "node:http";
import type * as z from "zod";
import { pause, waitMsAfter } from "./back-off.js";
import { ProblemError, UnknownAnswerError, UnreachableError } from "./errors.js";
import { type Answer, isOk, passed, textOf } from "./http-answer.js";
import { searchOf } from "./http-path.js";
import { errorIn, jsonOf } from "./http-problem.js";
import { ask, type Opening } from "./http-request.js";
import { neverLeft, reasonOf } from "./silence.js";

/** One request below `/api/v1`. */
export type Call = {
  readonly method?: "GET" | "POST" | "DELETE";
  /** As `pathOf` makes it. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: { readonly type: string; readonly content: string | Uint8Array<ArrayBuffer> };
  /** Of what is done once, however often it is asked for. */
  readonly key?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Tries of one request in all, when the coordinator says it is busy. */
const TRIES_MAX = 5;
/** Who is asked to wait longer is told so instead. */
const RETRY_AFTER_MS_MAX = 60_000;
/** How long a call with a key is repeated. */
const REPEAT_MS_MAX = 15_000;
/** Until an answer is whole: after the request began, or after the last of a body that is sent as it is made. A stream must have begun. */
export const ANSWER_MS_MAX = 60_000;

/** Keeps no state, so one serves any number of requests at a time; an answer has 60 s, a stream that has begun no end. */
export class HttpLink {
  /** Ends without a slash. */
  readonly url: string;
  readonly token: string | null;

  constructor(url: string, token: string | null) {
    this.url = url;
    this.token = token;
  }

  /** The answer's JSON, checked. @throws ProblemError, UnreachableError, or the signal's reason. */
  async read<T>(call: Call, schema: z.ZodType<T>): Promise<T> {
    const { body } = await this.readWithStatus(call, schema);
    return body;
  }

  /** As `read`, with the status for those who care which success it was. */
  async readWithStatus<T>(call: Call, schema: z.ZodType<T>): Promise<{ status: number; body: T }> {
    const answer = await this.open(call, { whole: true });
    return { status: answer.status, body: await this.parsed(answer, schema, call.signal) };
  }

  /** The JSON of an answer, checked. @throws ProblemError, UnreachableError, UnknownAnswerError */
  async parsed<T>(answer: Answer, schema: z.ZodType<T>, signal: AbortSignal | undefined): Promise<T> {
    const text = await this.#textOf(answer, signal);
    if (!isOk(answer)) throw errorIn(answer, this.url, text);
    const parsed = schema.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data;
    throw this.unknown("its JSON has another form", parsed.error);
  }

  /**
   * As `read`, for a call with a key, which may come twice: when the connection breaks it is repeated for a while. A
   * coordinator that was not there in the first place is not waited for.
   */
  async readOnce<T>(call: Call & { readonly key: string }, schema: z.ZodType<T>): Promise<T> {
    let brokenAt: number | null = null;
    for (let failures = 0; ; failures++) {
      try {
        return await this.read(call, schema);
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error;
        if (brokenAt === null && neverLeft(error)) throw error;
        brokenAt ??= performance.now();
        if (performance.now() - brokenAt > REPEAT_MS_MAX) throw error;
        await pause(waitMsAfter(error, failures), call.signal);
      }
    }
  }

  /** For an answer without a body. */
  async send(call: Call): Promise<void> {
    await passed(await this.open(call, { whole: true }));
  }

  /**
   * The answer, of which only the head has been read. A coordinator that is busy (429, 503) is asked again a few times, when it
   * says so; such a request has changed nothing. Each answer must have begun within ANSWER_MS_MAX, and a `whole` one have ended.
   */
  async open(call: Call, { whole = false }: { whole?: boolean } = {}): Promise<Answer> {
    for (let failures = 0; ; failures++) {
      const answer = await this.#ask(call, whole);
      if (isOk(answer)) return answer;
      const error = errorIn(answer, this.url, await this.#textOf(answer, call.signal));
      if (!mayRepeat(error, failures)) throw error;
      await pause(waitMsAfter(error, failures), call.signal);
    }
  }

  /** That the connection broke, or that nobody is there, as one kind of error. */
  unreachable(cause: unknown): UnreachableError {
    return cause instanceof UnreachableError ? cause : new UnreachableError(this.url, reasonOf(cause), { cause });
  }

  /** That something else answers than what we know. */
  unknown(reason: string, cause?: unknown): UnknownAnswerError {
    return new UnknownAnswerError(this.url, reason, { cause });
  }

  /** @param path below `/api/v1` */
  at(path: string): URL {
    return new URL(`${this.url}/api/v1${path}`);
  }

  /** Of every request: which answers it takes, and who asks. */
  headers(accept: string): Record<string, string> {
    return { Accept: accept, ...(this.token === null ? {} : { Authorization: `Bearer ${this.token}` }) };
  }

  async #ask(call: Call, whole: boolean): Promise<Answer> {
    const { method = "GET", path, query = {}, body, key, signal } = call;
    const headers = this.headers("application/json, application/x-ndjson, application/problem+json");
    if (body !== undefined) headers["Content-Type"] = body.type;
    if (key !== undefined) headers["Idempotency-Key"] = key;
    for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value);
    const limit = { atMs: performance.now() + ANSWER_MS_MAX, of: whole ? "whole" : "head" } as const;
    const opening: Opening = { url: this.at(path + searchOf(query)), method, headers, signal, limit };
    // A second DELETE would be told that there is no such thing, and a second POST may do its work twice.
    const mayComeTwice = method === "GET" || key !== undefined;
    return await ask(opening, { content: body?.content, mayComeTwice }).catch((cause) => {
      throw this.#failureOf(cause, signal);
    });
  }

  async #textOf(answer: Answer, signal: AbortSignal | undefined): Promise<string> {
    return await textOf(answer).catch((cause) => {
      throw this.#failureOf(cause, signal);
    });
  }

  /** The caller's abort stays what it is, a time-out of the caller's, too; our own and everything else is silence. */
  #failureOf(cause: unknown, signal: AbortSignal | undefined): unknown {
    return signal?.aborted === true ? signal.reason : this.unreachable(cause);
  }
}

/** Both statuses say that nothing was done. */
function mayRepeat(error: Error, failures: number): boolean {
  if (!(error instanceof ProblemError) || (error.status !== 429 && error.status !== 503)) return false;
  return failures + 1 < TRIES_MAX && (error.retryAfterMs ?? 0) <= RETRY_AFTER_MS_MAX;
}
