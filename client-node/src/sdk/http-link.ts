/** HTTP with one coordinator: addresses, the token, problems as errors, patience with a busy one. Knows nothing of jobs. */
import * as z from "zod";
import { pause, waitMsAfter } from "./back-off.js";
import { ProblemError, UnknownAnswerError, UnreachableError } from "./errors.js";
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
/** Until an answer is whole: after the request began, or after the last of a body that is sent as it is made. Streams have no such end. */
export const ANSWER_MS_MAX = 60_000;

const problem = z.looseObject({ code: z.string(), detail: z.string() });

/** Keeps no connection and no state, so one serves any number of requests at a time; an answer has 60 s, a stream no end. */
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
    const response = await this.open(call, ANSWER_MS_MAX);
    return { status: response.status, body: await this.parsed(response, schema, call.signal) };
  }

  /** The JSON of an answer, checked. @throws ProblemError, UnreachableError, UnknownAnswerError */
  async parsed<T>(response: Response, schema: z.ZodType<T>, signal: AbortSignal | undefined): Promise<T> {
    if (!response.ok) throw await this.#problemOf(response, signal);
    const parsed = schema.safeParse(jsonOf(await this.#textOf(response, signal)));
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
    const response = await this.open(call, ANSWER_MS_MAX);
    await response.body?.cancel();
  }

  /**
   * The answer, of which only the head has been read. A coordinator that is busy (429, 503) is asked again a few times, when it
   * says so; such a request has changed nothing. `answerMsMax` is for each answer with its body; without it there is no end.
   */
  async open(call: Call, answerMsMax?: number): Promise<Response> {
    for (let failures = 0; ; failures++) {
      const response = await this.#fetch(call, answerMsMax);
      if (response.ok) return response;
      const error = await this.#problemOf(response, call.signal);
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

  async #fetch({ method = "GET", path, query = {}, body, key, signal }: Call, answerMsMax?: number): Promise<Response> {
    const headers = new Headers({ Accept: "application/json, application/x-ndjson, application/problem+json" });
    if (this.token !== null) headers.set("Authorization", `Bearer ${this.token}`);
    if (body !== undefined) headers.set("Content-Type", body.type);
    if (key !== undefined) headers.set("Idempotency-Key", key);
    const options: RequestInit = { method, headers, redirect: "manual", signal: eitherOf(signal, answerMsMax) };
    if (body !== undefined) options.body = body.content;
    try {
      return await fetch(`${this.url}/api/v1${path}${searchOf(query)}`, options);
    } catch (cause) {
      throw this.#failureOf(cause, signal);
    }
  }

  async #textOf(response: Response, signal: AbortSignal | undefined): Promise<string> {
    try {
      return await response.text();
    } catch (cause) {
      throw this.#failureOf(cause, signal);
    }
  }

  /** The caller's abort stays what it is, a time-out of the caller's, too; our own and everything else is silence. */
  #failureOf(cause: unknown, signal: AbortSignal | undefined): unknown {
    return signal?.aborted === true ? signal.reason : this.unreachable(cause);
  }

  async #problemOf(response: Response, signal: AbortSignal | undefined): Promise<Error> {
    const { status, headers } = response;
    const location = headers.get("location");
    const parsed = problem.safeParse(jsonOf(await this.#textOf(response, signal)));
    if (parsed.success) {
      const { code, detail, type: _type, title: _title, status: _status, ...rest } = parsed.data;
      const details = { details: plain(rest), retryAfterMs: retryAfterMsOf(headers.get("retry-after")) };
      return new ProblemError({ code, status, message: detail }, details);
    }
    if (location !== null) return this.unknown(`it sends us on to ${location}`);
    if (status >= 502 && status <= 504) return new UnreachableError(this.url, `a proxy answers with status ${status}`);
    return this.unknown(`status ${status} without a problem`);
  }
}

/** Both statuses say that nothing was done. */
function mayRepeat(error: Error, failures: number): boolean {
  if (!(error instanceof ProblemError) || (error.status !== 429 && error.status !== 503)) return false;
  return failures + 1 < TRIES_MAX && (error.retryAfterMs ?? 0) <= RETRY_AFTER_MS_MAX;
}

/** A path of fixed words and strangers' words, the latter escaped. */
export function pathOf(strings: TemplateStringsArray, ...words: string[]): string {
  return strings.reduce((path, text, i) => `${path}${encodeURIComponent(words[i - 1] ?? "")}${text}`);
}

function eitherOf(signal: AbortSignal | undefined, timeoutMs: number | undefined): AbortSignal | null {
  if (timeoutMs === undefined) return signal ?? null;
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

function searchOf(query: NonNullable<Call["query"]>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? "" : `?${search}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function plain(fields: Record<string, unknown>): Record<string, string | number> {
  const details: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "string" || typeof value === "number") details[name] = value;
  }
  return details;
}

/** Seconds or a date, as RFC 9110 has it. */
function retryAfterMsOf(header: string | null): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}
