/** How the command ends, for scripts; documented in every `--help`. */
import { GridError } from "@valence/shared/errors";
import { ValueError } from "@valence/shared/value";
import { BundleError } from "../bundle-error.js";
import { JobError, ProblemError, UnknownAnswerError, UnreachableError } from "../sdk/errors.js";

/** The codes. What a shell makes of a signal, 128 + its number, is 130 for Ctrl-C. */
export const EXIT = {
  succeeded: 0,
  /** The job failed or was cancelled, or the coordinator could not do what was asked. */
  failed: 1,
  /** What was typed, or a file it names, cannot be used. */
  usage: 2,
  unreachable: 3,
  /** No token, or one that may not do this. */
  notAllowed: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** As `--help` says it. */
export const EXIT_CODES_TEXT =
  "Exit codes: 0 succeeded, 1 failed or cancelled, 2 usage, 3 unreachable, 4 not allowed, 130 interrupted.";

/** What was typed cannot be used; the message says how to type it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What was asked cannot be done here and now; the message says why. */
export class FailedError extends Error {
  override readonly name = "FailedError";
}

/** Ctrl-C, or what a shell sends in its place. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** By what was thrown. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (error instanceof UsageError || error instanceof BundleError || error instanceof ValueError) return EXIT.usage;
  if (error instanceof UnreachableError || error instanceof UnknownAnswerError) return EXIT.unreachable;
  if (error instanceof ProblemError || error instanceof GridError) return codeOfStatus(error.status);
  if (error instanceof JobError) return EXIT.failed;
  return EXIT.failed;
}

/** Conflicts and faults of the coordinator are failures; that it is busy or stopping, after several tries, is as good as away. */
function codeOfStatus(status: number): ExitCode {
  if (status === 401 || status === 403) return EXIT.notAllowed;
  if (status === 429 || status === 503) return EXIT.unreachable;
  return status >= 400 && status < 500 && status !== 409 ? EXIT.usage : EXIT.failed;
}
