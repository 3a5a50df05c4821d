/**
 * The scheduler: a synchronous state machine, `(event, now) → effects`. No timer, socket, promise, clock or random in it.
 * Call `tick` at `nextDeadline()` or later; perform effects in order; answer every `commit` with `committed`, in order.
 */
import { GridError } from "@valence/shared/errors";
import type { Up } from "@valence/shared/protocol/up";
import { endDrain, isDrained, startDrain } from "./drain.js";
import type { Effect } from "./effects.js";
import { explainJob, type Reason } from "./explain.js";
import type { FailedElectron } from "./failed-electron.js";
import { patienceMs } from "./failures.js";
import { type FreshGrid, freshState } from "./fresh-state.js";
import { grantAll } from "./grants.js";
import { type Job, type JobReading, readJob } from "./job.js";
import type { Fit, JobSpec } from "./job-spec.js";
import { CLOCK_SLACK_MS, restartClock } from "./leases.js";
import { armDeadline, type By, cancelJob, endJob, missDeadline, pauseJob, resumeJob, retryJob } from "./life.js";
import type { Now } from "./now.js";
import { acceptProbe, closeWindow, expireProbe } from "./probe.js";
import { LimitError } from "./reduce/reducer.js";
import { acceptReport } from "./reports.js";
import { forgetJob, type Kept, openJob, restoreJob } from "./restore.js";
import {
  agreeOnLeases,
  cutSession,
  declineAtom,
  dropLeases,
  expireLease,
  type Join,
  joinSession,
  leaveSession,
  partSession,
  reprieveMs,
} from "./sessions.js";
import { SILENCE_MS } from "./silence.js";
import { type GridState, reopenSlots, type Session, type Waiter } from "./state.js";
import { noteEvent, showLater, statusOf } from "./status.js";
import { vanishSession } from "./vanishing.js";
import type { JobRecord, Write } from "./writes.js";

/** A tick that is later than this shows that the coordinator itself was away: its volunteers may have spoken, and wait to be heard. */
const AWAY_MS = 1_000;

export type Control =
  | { readonly type: "pause" | "resume" | "cancel" }
  /** `electron` null: all dead letters. */
  | { readonly type: "retry"; readonly electron: number | null };

/** A job that begins; `beside` is written in its transaction. */
export type NewJob = {
  readonly spec: JobSpec;
  readonly record: JobRecord;
  readonly fit: Fit;
  readonly beside?: readonly Write[];
};

export class Grid {
  readonly #state: GridState;

  /** `boot` counts the starts of this store, so that no lease id is ever used twice; tests make blocks small. */
  constructor(options: FreshGrid) {
    this.#state = freshState(options);
  }

  submit({ spec, record, fit, beside = [] }: NewJob, now: Now): Effect[] {
    return this.#step(now, (state) => {
      const job = openJob(spec, fit, state.blockElectrons);
      state.jobs.set(spec.id, job);
      state.journal.write({ type: "submit", job: record, status: statusOf(job) }, showLater(job));
      for (const write of beside) state.journal.write(write);
      noteEvent(state, job, "queued", {});
      armDeadline(state, job);
      reopenSlots(state);
    });
  }

  /** Takes up what a store has kept. Throws what the unpacking throws when it is damaged; the job is then not held. */
  restore(spec: JobSpec, fit: Fit, kept: Kept, now: Now): Effect[] {
    return this.#step(now, (state) => {
      try {
        restoreJob(state, spec, fit, kept);
      } catch (error) {
        forgetJob(state, spec.id);
        throw error;
      }
      reopenSlots(state);
    });
  }

  /** `by` goes into the job's events. Throws `job_ended`, `nothing_to_retry`, or `unknown_job` for one that is not held here. */
  control(id: string, control: Control, by: By, now: Now): Effect[] {
    return this.#step(now, (state) => {
      const job = state.jobs.get(id);
      if (!job) throw new GridError("unknown_job", `there is no job ${id} at work`);
      if (control.type === "pause") pauseJob(state, job, by);
      else if (control.type === "resume") resumeJob(state, job, by);
      else if (control.type === "cancel") cancelJob(state, job, by);
      else if (control.type === "retry") retryJob(state, job, control.electron, by);
    });
  }

  /** Forgets a job that was taken up only to look for dead letters. */
  drop(id: string): void {
    this.#state.jobs.delete(id);
  }

  /** Throws `session_in_use`. */
  join(join: Join, now: Now): Effect[] {
    return this.#step(now, (state) => {
      joinSession(state, join);
    });
  }

  /** The session's socket closed without a goodbye. */
  cut(id: string, now: Now): Effect[] {
    return this.#step(now, (state) => {
      const session = state.sessions.get(id);
      if (session && session.link !== "cut") cutSession(state, session);
    });
  }

  /** A goodbye that came beside the session's link, which may be cut already. Nothing for a session that nobody knows. */
  part(id: string, now: Now): Effect[] {
    return this.#step(now, (state) => {
      const session = state.sessions.get(id);
      if (session?.link === "cut") leaveSession(state, session);
      else if (session) partSession(state, session);
    });
  }

  /** Any sign of life on the session's link. */
  heard(id: string, now: Now): void {
    const session = this.#state.sessions.get(id);
    if (session && session.link !== "cut") this.#state.deadlines.set(session, now.mono + SILENCE_MS);
  }

  /** Throws `bad_message` for what no honest client says; nothing has changed then. */
  receive(id: string, message: Up, now: Now): Effect[] {
    this.heard(id, now);
    return this.#step(now, (state) => {
      const session = state.sessions.get(id);
      if (session && session.link !== "cut") receive(state, session, message);
    });
  }

  /** That commit and all before it are durable. */
  committed(id: number, now: Now): Effect[] {
    return this.#step(now, (state) => state.journal.committed(id));
  }

  /** The coordinator is about to stop: nothing more is granted, and what is out comes back. */
  drain(now: Now): Effect[] {
    return this.#step(now, startDrain);
  }

  /** Whether it is about to stop, and nothing more is to come back. */
  get drained(): boolean {
    return isDrained(this.#state);
  }

  tick(now: Now): Effect[] {
    return this.#step(now, (state) => {
      const away = now.mono - state.deadlines.next() >= AWAY_MS;
      if (away) state.tailFrom = now.mono + CLOCK_SLACK_MS;
      for (const waiter of state.deadlines.due(now.mono)) {
        const moreMs = away ? reprieveMs(waiter) : 0;
        if (moreMs > 0) state.deadlines.set(waiter, now.mono + moreMs);
        else expire(state, waiter);
      }
    });
  }

  /** Monotonic milliseconds; Infinity when nothing waits. May be early, never late. */
  nextDeadline(): number {
    return this.#state.deadlines.next();
  }

  /** True while every commit has been answered. */
  get settled(): boolean {
    return this.#state.journal.idle;
  }

  job(id: string): Job | undefined {
    return this.#state.jobs.get(id);
  }

  read(id: string, nowMs: number): JobReading | null {
    const job = this.#state.jobs.get(id);
    return job ? readJob(job, nowMs) : null;
  }

  /** Why nothing, or so little, of the job is running; null for one that is not held here. */
  explain(id: string, now: Now): Reason[] | null {
    const job = this.#state.jobs.get(id);
    this.#state.now = now;
    return job ? explainJob(this.#state, job, now) : null;
  }

  jobs(): IterableIterator<Job> {
    return this.#state.jobs.values();
  }

  sessions(): Session[] {
    return [...this.#state.sessions.values()].filter((session) => session.link !== "cut");
  }

  /** What is counted since the start. */
  get tallies(): Readonly<Pick<GridState, "stale" | "copies">> {
    return this.#state;
  }

  /** For audits in tests: everything held, to be read only. */
  get audit(): Readonly<GridState> {
    return this.#state;
  }

  #step(now: Now, change: (state: GridState) => void): Effect[] {
    const state = this.#state;
    state.now = now;
    change(state);
    grantAll(state);
    const commit = state.journal.close(now.mono);
    const effects = state.effects.splice(0);
    return commit ? [...effects, commit] : effects;
  }
}

function receive(state: GridState, session: Session, message: Up): void {
  if (message.type === "report") report(state, session, message);
  else if (message.type === "holding") agreeOnLeases(state, session, message.leases);
  else if (message.type === "goodbye") partSession(state, session);
  else if (message.type === "probed") acceptProbe(state, session, message);
  else if (message.type === "decline") declineAtom(state, session, message);
  else if (message.type === "start" || message.type === "return") {
    const lease = state.leases.get(message.lease);
    if (!lease || lease.over || lease.slot.session !== session) return;
    if (message.type === "return") dropLeases(state, [lease], { told: true });
    else restartClock(state, lease);
  }
}

function report(state: GridState, session: Session, message: Extract<Up, { type: "report" }>): void {
  try {
    acceptReport(state, session, message);
  } catch (error) {
    const job = state.leases.get(message.lease)?.job;
    if (!(error instanceof LimitError) || !job) throw error;
    endJob(state, job, "failed", { code: error.code, message: error.message });
  }
}

function expire(state: GridState, waiter: Waiter): void {
  if (waiter.kind === "lease") expireLease(state, waiter);
  else if (waiter.kind === "retry") wake(state, waiter);
  else if (waiter.kind === "probe") expireProbe(state, waiter);
  else if (waiter.kind === "window") closeWindow(state, waiter.job);
  else if (waiter.kind === "alarm") reopenSlots(state);
  else if (waiter.kind === "drain") endDrain(state);
  else if (waiter.kind === "deadline") expireJob(state, waiter.job);
  else vanishSession(state, waiter);
}

function expireJob(state: GridState, id: string): void {
  const job = state.jobs.get(id);
  if (job) missDeadline(state, job);
}

function wake(state: GridState, waiter: FailedElectron): void {
  const job = state.jobs.get(waiter.job);
  if (job) waiter.patientUntil = state.now.mono + patienceMs(job);
  job?.electrons?.wake(waiter);
  reopenSlots(state);
}
