/** Whatever an atom throws, as a failure for the wire. Reads what it was given with care: an error may be made to throw. */
import type { FailOptions } from "../atom.js";
import { ASKED_MS_MAX, ERROR_BYTES_MAX } from "../limits.js";
import type { Failure } from "../protocol/fields.js";
import { utf8Length } from "../utf8.js";
import { cutUtf8 } from "./cut.js";
import { ResultRefused } from "./results.js";

/** Message and stack share ERROR_BYTES_MAX; of a stack the first frames matter, so a message leaves it room. */
const MESSAGE_BYTES_MAX = ERROR_BYTES_MAX / 2;

/** What `context.fail()` throws. */
export class AtomFailed extends Error {
  readonly options: FailOptions;

  constructor(message: unknown, options: FailOptions = {}) {
    super(typeof message === "string" ? message : described(message));
    this.name = "Failed";
    this.options = options;
  }
}

/**
 * The failure that a thrown value means.
 *
 * @param source the name of the atom in stack traces: frames of other files are left out, for they tell of this computer
 */
export function failureFrom(thrown: unknown, source: string): Failure {
  if (thrown instanceof ResultRefused) return failed(thrown.code, thrown.message, null);
  const stack = property(thrown, "stack");
  const message = cutUtf8(described(thrown), MESSAGE_BYTES_MAX);
  const rest = ERROR_BYTES_MAX - utf8Length(message);
  const frames = typeof stack === "string" ? cutUtf8(framesOf(stack, source), rest) : null;
  return { ...failed("error", message, frames), ...wishesOf(thrown) };
}

function failed(code: Failure["code"], message: string, stack: string | null): Failure {
  return { code, message: cutUtf8(message, MESSAGE_BYTES_MAX), stack, retryable: true, retryAfterMs: null };
}

function wishesOf(thrown: unknown): Pick<Failure, "retryable" | "retryAfterMs"> {
  const options = thrown instanceof AtomFailed ? property(thrown, "options") : null;
  const after = property(options, "retryAfterMs");
  const retryAfterMs = typeof after === "number" && after >= 0 ? Math.min(Math.ceil(after), ASKED_MS_MAX) : null;
  return { retryable: property(options, "retryable") !== false, retryAfterMs };
}

/** The message of an error, else the thrown value as text. */
function described(thrown: unknown): string {
  const message = property(thrown, "message");
  if (typeof message === "string" && message !== "") return message;
  try {
    return String(thrown);
  } catch {
    return "something was thrown that cannot be read";
  }
}

function property(thing: unknown, key: string): unknown {
  try {
    return (thing as Record<string, unknown> | null | undefined)?.[key];
  } catch {
    return undefined;
  }
}

/** Frames come as `at f (place)` in V8 and as `f@place` elsewhere; a place outside of the atom has a scheme, as has a file. */
function framesOf(stack: string, source: string): string {
  const lines = stack.slice(0, 16 * ERROR_BYTES_MAX).split("\n");
  return lines
    .filter((line) => line.includes(source) || !/^\s*at |^\S*@\S+:\d/.test(line) || !/\w:/.test(line))
    .join("\n");
}
