/** Why nobody answered: what the system, `fetch` and Node say of it, in words for people. */
import type { UnreachableError } from "./errors.js";

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "nobody knows that host",
  EAI_AGAIN: "the host's name cannot be looked up now",
  ECONNRESET: "the connection broke",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  ETIMEDOUT: "it does not answer",
  UND_ERR_CONNECT_TIMEOUT: "it does not answer",
  UND_ERR_HEADERS_TIMEOUT: "it does not answer",
  UND_ERR_SOCKET: "the connection broke",
  TimeoutError: "it does not answer",
};

/** Nothing of the request has reached anybody. */
const NEVER_LEFT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Whether the request can have changed nothing, for it reached nobody. */
export function neverLeft({ cause }: UnreachableError): boolean {
  const root = rootOf(cause);
  return NEVER_LEFT.has(codeOf(root)) || root?.message === "bad port";
}

/** What `fetch` says hides the reason in its cause. */
function rootOf(error: unknown): Error | null {
  if (!(error instanceof Error)) return null;
  return error.cause instanceof Error ? error.cause : error;
}

function codeOf(root: Error | null): string {
  return root && "code" in root && typeof root.code === "string" ? root.code : (root?.name ?? "");
}

/** Why a request had no answer, as the end of a sentence without its full stop; of what nobody has met before, its own words. */
export function reasonOf(error: unknown): string {
  const root = rootOf(error);
  if (!root) return String(error);
  const code = codeOf(root);
  if (root.message === "bad port") return "that port belongs to another protocol";
  return REASONS[code] ?? root.message.replace(/\.$/, "");
}
