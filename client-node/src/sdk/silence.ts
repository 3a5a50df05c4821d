/** Why nobody answered: what the system, Node and our own clocks say of it, in words for people. */
import type { UnreachableError } from "./errors.js";

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "nobody knows that host",
  EAI_AGAIN: "the host's name cannot be looked up now",
  ECONNRESET: "the connection broke",
  EPIPE: "the connection broke",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  ETIMEDOUT: "it does not answer",
  HPE_INVALID_CONSTANT: "what listens there does not speak HTTP",
  EPROTO: "what listens there makes no secure connection with us",
};

/** Nothing of the request has reached anybody. */
const NEVER_LEFT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "CONNECT_TIMEOUT",
]);

/** One of our own clocks has ended a request: before a connection stood, or before the answer was whole. */
export class TimeOutError extends Error {
  readonly code: "CONNECT_TIMEOUT" | "ANSWER_TIMEOUT";

  constructor(code: TimeOutError["code"]) {
    super("it does not answer");
    this.code = code;
  }
}

/** Whether the request can have changed nothing, for it reached nobody. */
export function neverLeft({ cause }: UnreachableError): boolean {
  return NEVER_LEFT.has(codeOf(cause));
}

/** Of an error of the system or of Node; of others, an empty text. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Why a request had no answer, as the end of a sentence without its full stop; of what nobody has met before, its own words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return REASONS[codeOf(error)] ?? error.message.replace(/\.$/, "");
}
