/** What can go wrong between a program and a grid: a refusal, silence, a stranger's answer, or a job that did not succeed. */
import type { ErrorCode, JobFailureCode } from "@valence/shared/errors";
import type { JobView } from "@valence/shared/job-view";

/** Whatever code a newer coordinator has; of the ones that are known an editor still makes a list. */
type NewerCode = string & Record<never, never>;

/** A code of a refusal, as docs/PROTOCOL.md lists them. */
export type ProblemCode = ErrorCode | NewerCode;

/** Why a job has no answer: a code of a failed job, as docs/PROTOCOL.md lists them, or that somebody has cancelled it. */
export type JobErrorCode = JobFailureCode | "cancelled" | NewerCode;

/** What a problem says beside its sentence, such as `{ limit: "BODY_BYTES_MAX", max: 1048576, actual: 1048577 }`. */
export type ProblemDetails = Readonly<Record<string, string | number>>;

/**
 * The coordinator refused: one of its problems (RFC 9457). `code` is stable and one of those in docs/PROTOCOL.md, or one that a
 * newer coordinator has; `message` is a sentence that says what to do.
 *
 * @example
 * ```ts
 * const refused = await grid.submit({ atom: "nobody", input: { list: [1] } }).catch((error: unknown) => error);
 * if (refused instanceof ProblemError) console.log(refused.status, refused.code); // → 404 unknown_atom
 * ```
 */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;
  /** The status of the answer. */
  readonly status: number;
  readonly details: ProblemDetails;
  /** How long the coordinator asked to wait; null when it did not. */
  readonly retryAfterMs: number | null;

  constructor(
    problem: { code: ProblemCode; status: number; message: string },
    options: { details?: ProblemDetails; retryAfterMs?: number | null } = {},
  ) {
    super(problem.message);
    this.code = problem.code;
    this.status = problem.status;
    this.details = options.details ?? {};
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** No coordinator answered at the address: nothing listens there, the connection broke, or a proxy says so. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
  readonly code = "unreachable";
  /** The address that was asked. */
  readonly url: string;

  constructor(url: string, reason: string, options?: ErrorOptions) {
    super(`No coordinator can be reached at ${url}: ${reason}.`, options);
    this.url = url;
  }
}

/** Something answered, but not as a coordinator of this version does. */
export class UnknownAnswerError extends Error {
  override readonly name = "UnknownAnswerError";
  readonly code = "unknown_answer";
  /** The address that was asked. */
  readonly url: string;

  constructor(url: string, reason: string, options?: ErrorOptions) {
    super(
      `What answers at ${url} is no coordinator, or one of another version (${reason}); check the address.`,
      options,
    );
    this.url = url;
  }
}

/**
 * The job ended without success; `code` is that of the job's error, or `cancelled`.
 *
 * @example
 * ```ts
 * const endless = defineAtom<number, number>({ name: "endless", process: () => { for (;;); } });
 * const job = await grid.submit({ atom: await grid.publish(endless), input: { list: [1] }, reduce: "sum" });
 * await job.cancel();
 * const ended = await job.result().catch((error: unknown) => error);
 * if (ended instanceof JobError) console.log(ended.code, ended.job.progress.total); // → cancelled 1
 * ```
 */
export class JobError extends Error {
  override readonly name = "JobError";
  readonly code: JobErrorCode;
  /** The job as it ended. */
  readonly job: JobView;

  constructor(job: JobView) {
    super(job.error?.message ?? (job.state === "cancelled" ? "The job was cancelled." : "The job failed."));
    this.code = job.error?.code ?? job.state;
    this.job = job;
  }
}
