/**
 * Whether what came over the network is what it should be. By hand, since the schemas of `@valence/shared/job-view` would weigh more
 * than everything else on the first page; a test holds the two to each other.
 */

import { JOB_STATES } from "@valence/shared/job-state";
import type { DeadLetterView, ExplainView, GridView, JobSummary, JobView } from "@valence/shared/job-view";

export type Check<T> = (value: unknown) => value is T;
export type Page<T> = { readonly items: readonly T[]; readonly next: string | null };

type Fields = Readonly<Record<string, unknown>>;
type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === "string";
const isYesOrNo: Test = (value) => typeof value === "boolean";
const isNumber: Test = (value) => typeof value === "number" && Number.isFinite(value);
const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
/** JSON has no undefined: only what is missing is that. */
const isThere: Test = (value) => value !== undefined;
const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value);
const hasFields =
  (tests: Readonly<Record<string, Test>>): Test =>
  (value) =>
    isFields(value) && Object.entries(tests).every(([name, test]) => test(value[name]));
const isListOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);

const isState: Test = (value) => JOB_STATES.some((state) => state === value);

const jobSummary = hasFields({
  id: isText,
  name: orNull(isText),
  atom: isText,
  state: isState,
  stopped: isYesOrNo,
  progress: hasFields({
    total: isCount,
    done: isCount,
    leased: isCount,
    waiting: isCount,
    dead: isCount,
    skipped: isCount,
  }),
  chunk: orNull(isCount),
  rate: isNumber,
  eta: orNull(hasFields({ lowMs: isNumber, highMs: isNumber })),
  error: orNull(hasFields({ code: isText, message: isText })),
  createdAt: isText,
  startedAt: orNull(isText),
  endedAt: orNull(isText),
  deadline: orNull(isText),
});

const deadLetter = hasFields({
  electron: isCount,
  item: isCount,
  payload: isThere,
  attempts: isCount,
  errors: isListOf(
    hasFields({
      attempt: isCount,
      code: isText,
      message: isText,
      stack: orNull(isText),
      volunteer: isText,
      at: isText,
    }),
  ),
});

const explanation = hasFields({
  job: isText,
  state: isState,
  deadline: orNull(isText),
  reasons: isListOf(hasFields({ code: isText, message: isText, count: orNull(isCount), until: orNull(isText) })),
});

export function isJobSummary(value: unknown): value is JobSummary {
  return jobSummary(value);
}

export function isJobView(value: unknown): value is JobView {
  return jobSummary(value) && hasFields({ reduce: isThere, result: isThere })(value);
}

export function isDeadLetterView(value: unknown): value is DeadLetterView {
  return deadLetter(value);
}

export function isExplainView(value: unknown): value is ExplainView {
  return explanation(value);
}

export function isGridView(value: unknown): value is GridView {
  return hasFields({ operator: orNull(isText) })(value);
}

export function isPageOf<T>(check: Check<T>): Check<Page<T>> {
  return (value): value is Page<T> => hasFields({ items: isListOf(check), next: orNull(isText) })(value);
}

/** What `/watch` says of the list of jobs: the newest ones, or what has changed. */
export type ListMessage =
  | { readonly type: "reset"; readonly items: readonly JobSummary[] }
  | { readonly type: "changes"; readonly changed: readonly JobSummary[]; readonly deleted: readonly string[] };

export function isListMessage(value: unknown): value is ListMessage {
  const reset = hasFields({ type: (type) => type === "reset", items: isListOf(isJobSummary) });
  const changes = {
    type: (type: unknown) => type === "changes",
    changed: isListOf(isJobSummary),
    deleted: isListOf(isText),
  };
  return reset(value) || hasFields(changes)(value);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
