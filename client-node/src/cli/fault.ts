/** Whatever went wrong, as one or two sentences on standard error. Never a stack, unless VALENCE_DEBUG asks for it. */
import { GridError } from "@valence/shared/errors";
import { safeLines } from "@valence/shared/safe-text";
import { ValueError } from "@valence/shared/value";
import { BundleError } from "../bundle-error.js";
import { JobError, ProblemError, UnknownAnswerError, UnreachableError } from "../sdk/errors.js";
import { leadsToThisMachine } from "../token-file.js";
import { FailedError, Interrupted, UsageError } from "./exit-code.js";

const EXPECTED = [
  BundleError,
  FailedError,
  GridError,
  JobError,
  ProblemError,
  UnknownAnswerError,
  UnreachableError,
  UsageError,
  ValueError,
];

/** Lines to write; none for an interruption, about which everything has been said. */
export function faultLines(error: unknown, env: Readonly<Record<string, string | undefined>>): string[] {
  if (error instanceof Interrupted) return [];
  const [first = "", ...rest] = safeLines(sentences(error));
  const debug = env.VALENCE_DEBUG && error instanceof Error ? safeLines(error.stack ?? "") : [];
  return [`valence: ${first}`, ...rest, ...debug];
}

function sentences(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UnreachableError) return `${message} ${hintAbout(error.url)}`;
  if (error instanceof ProblemError) return `${message}${hintFor(error)}`;
  if (EXPECTED.some((kind) => error instanceof kind)) return message;
  return `${message || "Something failed."} This was not expected; VALENCE_DEBUG=1 shows where it happened.`;
}

function hintAbout(url: string): string {
  return leadsToThisMachine(url) ? "Start one with: valence serve" : "Check the address: --url or VALENCE_URL.";
}

function hintFor({ code }: ProblemError): string {
  if (code === "unauthorized")
    return " Give it with --token or VALENCE_TOKEN, or run this where the data folder is (VALENCE_DATA_DIR).";
  if (code === "forbidden") return " Check --token, VALENCE_TOKEN and the data folder (VALENCE_DATA_DIR).";
  if (code === "unknown_job") return " Find its id with: valence job list";
  if (code === "unknown_upload") return " Find it with: valence input list";
  if (code === "unknown_atom") return " Find it with: valence atom list";
  return "";
}
