/** What a refused handshake means, which Socket.IO passes to its client as an error with `data`. */
import * as z from "zod/mini";
import { ERRORS } from "../errors.js";
import { SENTENCE_BYTES_MAX } from "../limits.js";
import { count, text } from "./fields.js";

/** When the coordinator does not say how long to stay away. */
const RETRY_MS = 10_000;

const refusal = z.object({
  code: text(64).check(z.minLength(1)),
  message: z._default(text(SENTENCE_BYTES_MAX), ""),
  retryMs: z.optional(z.nullable(count)),
});

/** The coordinator wants no link: for so many milliseconds, or for good when `retryMs` is null. */
export type Refusal = { readonly code: string; readonly message: string; readonly retryMs: number | null };

/** The refusal that a `connect_error` carries, or null when it is no word of the coordinator's but a fault of the network. */
export function refusalIn(error: Error): Refusal | null {
  const { success, data } = refusal.safeParse((error as { data?: unknown }).data);
  if (!success) return null;
  const { code, message, retryMs = passes(code) ? RETRY_MS : null } = data;
  return { code, message: message || error.message, retryMs };
}

/** Whether the cause lies with the coordinator or the moment, so that coming back makes sense. */
function passes(code: string): boolean {
  const status = Object.hasOwn(ERRORS, code) ? ERRORS[code as keyof typeof ERRORS].status : 400;
  return status === 429 || status >= 500;
}
