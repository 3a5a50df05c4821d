/** One job as the core holds it, and how it is read. The job's states and their changes are in `life.ts`. */
import { hasEnded, type JobState } from "@valence/shared/job-state";
import type { Value } from "@valence/shared/value";
import type { Timed } from "./deadlines.js";
import type { Electrons } from "./electrons.js";
import type { Fit, JobSpec } from "./job-spec.js";
import { type Crew, freshPace, type Pace } from "./pace.js";
import type { Probe } from "./probe.js";
import { RateMeter } from "./rate.js";
import type { Reducer } from "./reduce/reducer.js";

export type JobError = { readonly code: string; readonly message: string };

/** What a commit makes visible of a job; counts are items. */
export type Shown = {
  readonly state: JobState;
  readonly error: JobError | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly chunk: number | null;
  readonly done: number;
  readonly dead: number;
  readonly skipped: number;
};

/** When the job fails unless it has ended. */
export type JobDeadline = Timed & { readonly kind: "deadline"; readonly job: string };

export type Job = {
  readonly spec: JobSpec;
  readonly fit: Fit;
  readonly reducer: Reducer<unknown> | null;
  readonly blockElectrons: number;
  /** Null while the chunk is not resolved. */
  electrons: Electrons | null;
  probe: Probe | null;
  state: JobState;
  error: JobError | null;
  startedAt: number | null;
  endedAt: number | null;
  /** Slot time given to the job, in milliseconds: estimated at the grant, corrected when the lease ends. */
  grantedMs: number;
  /** What anybody needs for an electron, as far as is known. */
  readonly pace: Pace;
  /** Whoever is there for it. */
  readonly crew: Crew;
  readonly deadline: JobDeadline;
  /** Who completed an electron last, and when (monotonic). */
  doneLast: { readonly identity: string; readonly at: number } | null;
  keptBytes: number;
  /** Number of the newest event. */
  events: number;
  /** Number of the newest event that is durable: no later one is shown. */
  eventsShown: number;
  /** Aggregates of reported rows whose commit is under way, oldest first. */
  readonly uncommitted: Set<unknown>;
  /**
   * The fold of everything reported, committed or not: for a rule with limits, so that the limit is met before more is taken, and
   * for a job that stops when it knows enough. Else null.
   */
  claimed: unknown;
  /** Committed state: all that anyone outside sees. */
  shown: Shown;
  fold: unknown;
  readonly rate: RateMeter;
  /** Raised with every visible change. */
  version: number;
};

/** How far a job is; cheap, whatever its aggregate. */
export type JobProgress = Shown & {
  readonly leased: number;
  readonly waiting: number;
  readonly total: number;
  /** Items per second over the last minute, or since the first lease if that is less. */
  readonly rate: number;
  readonly eta: { readonly lowMs: number; readonly highMs: number } | null;
};

export type JobReading = JobProgress & {
  readonly result: Value;
  readonly version: number;
};

export function freshJob(options: Pick<Job, "spec" | "fit" | "reducer" | "blockElectrons">): Job {
  const { spec, reducer } = options;
  const never = Number.POSITIVE_INFINITY;
  const job: Job = {
    ...options,
    electrons: null,
    probe: null,
    state: "queued",
    error: null,
    startedAt: null,
    endedAt: null,
    grantedMs: 0,
    pace: freshPace(),
    crew: { slots: 0, speed: 0 },
    deadline: { kind: "deadline", job: spec.id, deadline: never, queuedAt: never },
    doneLast: null,
    keptBytes: 0,
    events: 0,
    eventsShown: 0,
    uncommitted: new Set(),
    claimed: reducer && (reducer.excess || spec.policy.stopWhen) ? reducer.empty() : null,
    shown: { state: "queued", error: null, startedAt: null, endedAt: null, chunk: null, done: 0, dead: 0, skipped: 0 },
    fold: reducer?.empty(),
    rate: new RateMeter(),
    version: 0,
  };
  return job;
}

/** Whether none of its electrons may run twice. */
export function runsOnce({ spec }: Job): boolean {
  return spec.policy.delivery === "at-most-once";
}

/** The state that the next commit will make visible. */
export function decided(job: Job): Shown {
  const { state, error, startedAt, endedAt, electrons } = job;
  const untouched = hasEnded(state) ? job.spec.input.total : 0;
  const { done, dead, skipped } = electrons?.counts ?? { done: 0, dead: 0, skipped: untouched };
  return { state, error, startedAt, endedAt, chunk: electrons?.chunk ?? null, done, dead, skipped };
}

/** The aggregate with everything that was reported, committed or not: what the job's last commit carries. */
export function decidedFold(job: Job): unknown {
  const { reducer } = job;
  if (!reducer) return undefined;
  let fold = reducer.clone(job.fold);
  for (const row of job.uncommitted) fold = reducer.merge(fold, row);
  return fold;
}

/** A job as outsiders see it at `nowMs` (monotonic). */
export function readJob(job: Job, nowMs: number): JobReading {
  const { reducer, fold, version } = job;
  return { ...readProgress(job, nowMs), result: reducer ? reducer.read(fold) : null, version };
}

/** As `readJob`, without the aggregate. What is decided and not committed counts as leased. */
export function readProgress(job: Job, nowMs: number): JobProgress {
  const { shown } = job;
  const counts = job.electrons?.counts ?? { leased: 0, waiting: 0, done: 0, dead: 0, skipped: 0 };
  const ahead = (decidedItems: number, shownItems: number) => Math.max(0, decidedItems - shownItems);
  const uncommitted =
    ahead(counts.done, shown.done) + ahead(counts.dead, shown.dead) + ahead(counts.skipped, shown.skipped);
  const total = job.spec.input.total;
  const left = total - shown.done - shown.dead - shown.skipped;
  return {
    ...shown,
    leased: counts.leased + uncommitted,
    waiting: counts.waiting,
    total,
    rate: job.rate.over(60_000, nowMs),
    eta: shown.state === "running" ? job.rate.eta(left, nowMs) : null,
  };
}
