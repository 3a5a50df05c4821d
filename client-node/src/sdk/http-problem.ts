/** What an answer that is no success says, as an error. */
import * as z from "zod";
import { ProblemError, UnknownAnswerError, UnreachableError } from "./errors.js";
import type { Answer } from "./http-answer.js";

const problem = z.looseObject({ code: z.string(), detail: z.string() });

/** @param url of the coordinator @param text the body of the answer */
export function errorIn({ status, headers }: Pick<Answer, "status" | "headers">, url: string, text: string): Error {
  const parsed = problem.safeParse(jsonOf(text));
  if (parsed.success) {
    const { code, detail, type: _type, title: _title, status: _status, ...rest } = parsed.data;
    const details = { details: plain(rest), retryAfterMs: retryAfterMsOf(headers["retry-after"]) };
    return new ProblemError({ code, status, message: detail }, details);
  }
  if (headers.location !== undefined) return new UnknownAnswerError(url, `it sends us on to ${headers.location}`);
  if (status >= 502 && status <= 504) return new UnreachableError(url, `a proxy answers with status ${status}`);
  return new UnknownAnswerError(url, `status ${status} without a problem`);
}

/** Undefined when it is none. */
export function jsonOf(text: string): unknown {
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
function retryAfterMsOf(header: string | undefined): number | null {
  if (header === undefined) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}
