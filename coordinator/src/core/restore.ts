/** Jobs that a store has kept go on: finished blocks, rows, failures and leases, in this order. */
import { hasEnded } from "@valence/shared/job-state";
import { BLOCK_ELECTRONS_MAX } from "@valence/shared/limits";
import type { Span } from "@valence/shared/span";
import { decodeValue } from "@valence/shared/value-codec";
import type { Electrons } from "./electrons.js";
import { freshJob, type Job } from "./job.js";
import type { Fit, JobSpec } from "./job-spec.js";
import { leasesOf, openLease } from "./leases.js";
import { armDeadline } from "./life.js";
import { paceOf } from "./pace.js";
import { electronsBy, freshProbe } from "./probe.js";
import { reducerOf } from "./reduce/reducer-of.js";
import { freshSession, growSlots, RESTART_GRACE_MS } from "./sessions.js";
import type { GridState, Lease, Session } from "./state.js";
import { showLater } from "./status.js";
import { pairTwins } from "./twins.js";
import type { ElectronRow, GrantRow, JobStatus, ReportRow } from "./writes.js";

/** What a store has kept of a job. */
export type Kept = {
  readonly status: JobStatus;
  /** Blocks all of whose electrons are done, ascending, with their merged aggregates. */
  readonly blocks: readonly { readonly block: number; readonly aggregate: Uint8Array | null }[];
  /** Rows of the other blocks, in the order of their commits, without results. */
  readonly rows: readonly Omit<ReportRow, "results">[];
  readonly grants: readonly GrantRow[];
  /** Electrons that failed before; some may have been done since (their rows say so). */
  readonly electrons: readonly ElectronRow[];
  /** Bytes of kept results. */
  readonly keptBytes: number;
  /** Number of the job's newest event; 0 before the first. */
  readonly lastEvent: number;
};

/** Takes up a job; its leases wait for their holders in a grace. */
export function restoreJob(state: GridState, spec: JobSpec, fit: Fit, kept: Kept): Job {
  const job = openJob(spec, fit, state.blockElectrons);
  const { status } = kept;
  job.state = status.state;
  job.error = status.error;
  job.startedAt = status.startedAt;
  job.endedAt = status.endedAt;
  job.events = kept.lastEvent;
  job.eventsShown = kept.lastEvent;
  job.keptBytes = kept.keptBytes;
  if (status.chunk !== null) job.electrons = electronsBy(job, status.chunk);
  state.jobs.set(spec.id, job);
  if (status.chunk !== null) job.probe = null;
  if (job.electrons) restoreElectrons(state, job, job.electrons, kept);
  if (!hasEnded(job.state)) armDeadline(state, job);
  showLater(job)();
  job.shown = { ...job.shown, skipped: status.skipped };
  return job;
}

/** A job at its beginning: everything ready, or waiting for a probe. */
export function openJob(spec: JobSpec, fit: Fit, blockElectrons = BLOCK_ELECTRONS_MAX): Job {
  const reducer = spec.reduce === null ? null : reducerOf(spec.reduce);
  const job = freshJob({ spec, fit, reducer, blockElectrons });
  const chunk = spec.input.kind === "range" ? spec.input.chunk : 1;
  if (chunk === null) job.probe = freshProbe(spec.id);
  else job.electrons = electronsBy(job, chunk);
  return job;
}

function restoreElectrons(state: GridState, job: Job, electrons: Electrons, kept: Kept): void {
  for (const { block, aggregate } of kept.blocks) {
    electrons.restoreFinished(block);
    foldIn(job, aggregate);
  }
  for (const row of kept.rows) {
    const block = electrons.restoreDone(row.span);
    const fold = foldIn(job, row.aggregate);
    if (fold !== undefined) block.fold = job.reducer?.merge(block.fold, fold);
  }
  for (const row of kept.electrons) electrons.restoreFailed(row);
  for (const grant of kept.grants) restoreLease(state, job, electrons, grant);
  for (const row of kept.electrons) {
    const failed = electrons.failed.get(row.electron);
    if (failed?.state !== "waiting") continue;
    state.deadlines.set(failed, state.now.mono + Math.max(0, row.readyAt - state.now.wall));
  }
}

function foldIn(job: Job, packed: Uint8Array | null): unknown {
  if (!job.reducer || packed === null) return undefined;
  const fold = job.reducer.unpack(decodeValue(packed));
  job.fold = job.reducer.merge(job.fold, fold);
  if (job.claimed !== null) job.claimed = job.reducer.merge(job.claimed, fold);
  return fold;
}

function restoreLease(state: GridState, job: Job, electrons: Electrons, grant: GrantRow): void {
  const session = restoreSession(state, grant);
  const slot = session.slots[grant.slot];
  const next = firstOpen(electrons, grant);
  if (!slot || next === grant.span.to) {
    state.journal.write({ type: "ungrant", lease: grant.lease });
    return;
  }
  const open = { from: next, to: grant.span.to };
  const twin = electrons.isFree(next) ? null : twinOf(state, job, open);
  const block = twin?.block ?? electrons.restoreLeased(open);
  const taken = { block, span: grant.span, attempt: grant.attempt };
  const lease = openLease(state, slot, job, taken, paceOf(session, job), grant.lease);
  lease.next = next;
  lease.durable = next;
  if (twin) pairTwins(twin, lease);
}

/** The lease that was read back before this one and has the same electron, which is then all that either has. */
function twinOf(state: GridState, job: Job, { from, to }: Span): Lease {
  const twin = leasesOf(state, job).find((lease) => lease.next === from && lease.to === to);
  if (!twin) throw new Error(`electron ${from} of ${job.spec.id} is leased to two that share nothing else`);
  return twin;
}

/** Of a session only its leases are known until it comes back. */
function restoreSession(state: GridState, grant: GrantRow): Session {
  const known = state.sessions.get(grant.session);
  const session = known ?? freshSession(state, grant.session, grant.identity);
  growSlots(session, grant.slot + 1);
  if (!known) state.deadlines.set(session, state.now.mono + RESTART_GRACE_MS);
  return session;
}

/** The first electron of the lease that had no outcome yet: reports come in order, so it is behind the last that had one. */
function firstOpen(electrons: Electrons, { span, attempt }: GrantRow): number {
  const alone = span.to - span.from === 1;
  for (let electron = span.to - 1; electron >= span.from; electron--) {
    const failed = electrons.failed.get(electron);
    if (electrons.isDone(electron) || (failed && (!alone || failed.attempts >= attempt))) return electron + 1;
  }
  return span.from;
}

/** As if the job had never been taken up. */
export function forgetJob(state: GridState, id: string): void {
  state.jobs.delete(id);
  for (const lease of [...state.leases.values()]) {
    if (lease.job.spec.id !== id) continue;
    state.leases.delete(lease.id);
    lease.slot.leases.splice(0);
    lease.slot.session.paces.delete(id);
  }
}
