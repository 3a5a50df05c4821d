/** Why the coordinator did not do what a page asked: its own refusal, or that nobody answered. */
export class GridFault extends Error {
  override readonly name = "GridFault";
  /** A code of docs/PROTOCOL.md, or `unreachable`. */
  readonly code: string;
  /** When to ask again, if the coordinator said so. */
  readonly retryAfterMs: number | null;

  constructor(code: string, message: string, options: { retryAfterMs?: number | null; cause?: unknown } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }

  /** Asking again may help. */
  get passes(): boolean {
    return ["unreachable", "too_many_requests", "overloaded", "draining", "internal"].includes(this.code);
  }
}

/** Whatever was thrown, as a fault. An abort is the caller's own doing and stays what it is. */
export function asFault(error: unknown): GridFault {
  if (error instanceof GridFault) return error;
  return new GridFault("unreachable", "The coordinator does not answer.", { cause: error });
}
