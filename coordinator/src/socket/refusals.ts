/** What a socket that is turned away is told, what the log says of it, and how often the log says anything. */

import type { ErrorCode } from "@valence/shared/errors";
import { GridError } from "@valence/shared/errors";
import type { Down } from "@valence/shared/protocol/down";
import type { Fields, Log } from "../log.js";
import type { Metrics } from "../metrics.js";

/** Coming back would end the same way. */
const FATAL: readonly ErrorCode[] = [
  "protocol_version",
  "bad_signature",
  "bad_message",
  "message_too_large",
  "forbidden",
  "session_in_use",
];
const RETRY_MS = 5_000;
const LINES_PER_SECOND_MAX = 10;

type Refuse = Extract<Down, { type: "refuse" }>;

/** The message for a failure; a bug leaves without its text. */
export function refusalOf(error: unknown): Refuse {
  const { code, message, details } =
    error instanceof GridError ? error : new GridError("internal", "This is a fault of the coordinator.");
  const retryMs = FATAL.includes(code) ? null : Number(details?.retryAfterMs ?? RETRY_MS);
  return { type: "refuse", code, message, retryMs };
}

/** What Socket.IO could not decode; it closes such a connection by itself. */
export function brokenPacket(cause: unknown): GridError {
  return new GridError("bad_message", `A packet cannot be decoded: ${String(cause)}.`, { cause });
}

export class Refusals {
  readonly #log: Log;
  readonly #metrics: Metrics;
  #second = 0;
  #lines = 0;
  #suppressed = 0;

  constructor(log: Log, metrics: Metrics) {
    this.#log = log;
    this.#metrics = metrics;
  }

  /** Counts each; writes at most ten lines a second, for strangers can make any number of them. */
  note(error: unknown, fields: Fields = {}): void {
    const { code, message } = refusalOf(error);
    this.#metrics.refused(code);
    if (!this.#mayWrite()) return;
    const suppressed = this.#suppressed > 0 ? { suppressed: this.#suppressed } : {};
    this.#suppressed = 0;
    if (error instanceof GridError) this.#log.warn("socket_refused", { code, message, ...fields, ...suppressed });
    else this.#log.error("socket_bug", { error, ...fields, ...suppressed });
  }

  #mayWrite(): boolean {
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.#second) this.#lines = 0;
    this.#second = second;
    this.#lines++;
    if (this.#lines <= LINES_PER_SECOND_MAX) return true;
    this.#suppressed++;
    return false;
  }
}
