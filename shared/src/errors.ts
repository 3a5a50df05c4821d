/**
 * Every failure that the grid expects, by a stable code: three closed tables and the one class that carries the first.
 * What is not in here is a bug, and leaves as `internal`. Knows nothing of HTTP but the numbers of its statuses.
 */

/** Codes of refused requests and messages, with the HTTP status and the title of the problem; a socket sends the code alone. */
export const ERRORS = {
  bad_json: { status: 400, title: "Not JSON" },
  bad_encoding: { status: 400, title: "Not in its encoding" },
  unauthorized: { status: 401, title: "Not signed in" },
  forbidden: { status: 403, title: "Not yours" },
  host_refused: { status: 403, title: "Host refused" },
  not_found: { status: 404, title: "No such page" },
  unknown_atom: { status: 404, title: "No such atom" },
  unknown_job: { status: 404, title: "No such job" },
  unknown_upload: { status: 404, title: "No such upload" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  job_ended: { status: 409, title: "The job has ended" },
  job_not_ended: { status: 409, title: "The job has not ended" },
  results_not_kept: { status: 409, title: "Results were not kept" },
  nothing_to_retry: { status: 409, title: "Nothing to retry" },
  atom_name_taken: { status: 409, title: "The atom's name is taken" },
  upload_in_use: { status: 409, title: "The upload is in use" },
  body_too_large: { status: 413, title: "Body too large" },
  atom_too_large: { status: 413, title: "Atom too large" },
  unsupported_media_type: { status: 415, title: "Unsupported media type" },
  invalid_request: { status: 422, title: "Invalid request" },
  unsupported: { status: 422, title: "Not supported" },
  invalid_range: { status: 422, title: "Invalid range" },
  empty_input: { status: 422, title: "Empty input" },
  list_too_long: { status: 422, title: "List too long" },
  payload_invalid: { status: 422, title: "Payload does not fit the atom" },
  payload_too_large: { status: 422, title: "Payload too large" },
  params_too_large: { status: 422, title: "Params too large" },
  too_many_items: { status: 422, title: "Too many items" },
  too_many_electrons: { status: 422, title: "Too many electrons" },
  collect_too_large: { status: 422, title: "Too much to collect" },
  atom_syntax: { status: 422, title: "The atom does not parse" },
  atom_too_complex: { status: 422, title: "The atom is too complex to read" },
  atom_imports: { status: 422, title: "The atom imports" },
  atom_shape: { status: 422, title: "Not the shape of an atom" },
  atom_name: { status: 422, title: "Invalid name of an atom" },
  atom_schema: { status: 422, title: "Invalid schema of an atom" },
  value_invalid: { status: 422, title: "Not a value the grid carries" },
  key_reused: { status: 422, title: "The key belongs to another request" },
  too_many_requests: { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Internal error" },
  draining: { status: 503, title: "Shutting down" },
  overloaded: { status: 503, title: "Overloaded" },
  storage_full: { status: 507, title: "The disk is full" },
  protocol_version: { status: 426, title: "Protocol version does not fit" },
  bad_signature: { status: 401, title: "Bad signature" },
  bad_message: { status: 400, title: "Bad message" },
  message_too_large: { status: 413, title: "Message too large" },
  session_in_use: { status: 409, title: "The session is in use" },
} as const satisfies Record<string, { status: number; title: string }>;
/** A code of `ERRORS`. */
export type ErrorCode = keyof typeof ERRORS;

/** Why an attempt at an electron failed, with a title; part of the properties of the attempt. */
export const FAILURES = {
  /** Read the message and stack, correct the atom and publish it again. */
  error: "The atom threw",
  /** Raise `timeoutMs`, or give each electron less to do. */
  time_out: "Time is up",
  /** Look for what ends a worker from within, such as unbounded recursion or a crash of the engine. */
  worker_died: "The worker died",
  /** Give each electron less to hold in memory. */
  out_of_memory: "Out of memory",
  /** Return what the job's reduce folds, such as a finite number. */
  bad_result: "The result does not fit the reduce",
  /** Return what JSON has, bytes or typed arrays: no BigInt, Map, Date, function or half of a surrogate pair. */
  not_encodable: "The result cannot be sent",
  /** Return less from each electron, or divide the input more finely. */
  result_too_large: "Result too large",
  /** Look for what takes whole machines down, or for volunteers that never stay long enough. */
  vanished: "The volunteers vanished",
  /** Find out whether it has run, and retry it if it has not: its job lets nothing run twice. */
  unknown_outcome: "Nobody knows the outcome",
} as const satisfies Record<string, string>;
/** A code of `FAILURES`. */
export type FailureCode = keyof typeof FAILURES;

/** Why a job as a whole failed, with a title; the `code` of a job's `error`. */
export const JOB_FAILURES = {
  /** Read the job's dead letters, correct the cause and retry, or tolerate a share of failures. */
  dead_letter: "An electron has failed for good",
  /** Leave the reduce out and read the results as they are kept. */
  collect_too_large: "Too much to collect",
  /** Keep fewer results, or return less from each electron. */
  top_too_large: "Too much to keep of the best",
  /** Raise `keysMax`, or return fewer keys. */
  too_many_keys: "Too many keys",
  /** Reduce to less: fewer keys, fewer bins, shorter results. */
  aggregate_too_large: "The aggregate is too large",
  /** Reduce the results, or split the input over several jobs. */
  results_too_large: "Too many results to keep",
  /** Correct what makes so many electrons fail, or split the input over several jobs. */
  too_many_failures: "Too many failed electrons",
  /** Submit the job again with a later deadline, or with less to compute. */
  deadline_exceeded: "The deadline has come",
  /** Submit the job again, and report it with its id if it stays. */
  internal: "Internal error",
} as const satisfies Record<string, string>;
/** A code of `JOB_FAILURES`. */
export type JobFailureCode = keyof typeof JOB_FAILURES;

/** Why a lease ends before its time, with a sentence for who holds it; the `code` of a `revoke`. */
export const REVOCATIONS = {
  stale_lease:
    "The lease is not this session's any more: what it reports for it is dropped, and there is nothing to do.",
  lease_expired:
    "Nothing came of the lease within its time: raise the job's timeoutMs, or look why the worker is slow.",
  job_paused: "The job was paused: what runs may end and counts, the rest goes back.",
  job_ended: "The job has ended: nothing more of it is needed.",
  taken_over: "Another volunteer was free and computes what was left of the lease, or has done so already.",
  draining: "The coordinator stops: what is finished counts, the rest goes back until it is there again.",
} as const satisfies Record<string, string>;
/** A code of `REVOCATIONS`. */
export type RevocationCode = keyof typeof REVOCATIONS;

/** What a program may want to know beside the sentence, such as `{ limit: "ATOM_BYTES_MAX", max: 1048576, actual: 1048577 }`. */
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** An expected failure: a code of `ERRORS`, its HTTP status, and a sentence for the person who caused it. */
export class GridError extends Error {
  override readonly name = "GridError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly details?: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.status = ERRORS[code].status;
    if (options.details !== undefined) this.details = options.details;
  }
}

/**
 * Something over its limit: `what` begins the sentence ("The atom has 1048577 bytes"), the limit and its value end it. `actual` is
 * left out where nobody counts to the end of what is too much.
 */
export function overLimit(
  code: ErrorCode,
  what: string,
  details: ErrorDetails & { readonly limit: string; readonly max: number; readonly actual?: number },
): GridError {
  return new GridError(code, `${what}; at most ${details.max} are allowed (${details.limit}).`, { details });
}
