/**
 * What a volunteer has finished: checked against its lease, folded, and turned into rows. A report that is not for what its
 * lease expects next is counted and ignored; one that was taken before is acknowledged again.
 */
import { GridError } from "@valence/shared/errors";
import { hasEnded } from "@valence/shared/job-state";
import { KEPT_BYTES_MAX } from "@valence/shared/limits";
import { sumMicrosMs } from "@valence/shared/pack";
import type { Up } from "@valence/shared/protocol/up";
import type { Span } from "@valence/shared/span";
import { encodeValue } from "@valence/shared/value-codec";
import { praise, settleBlame } from "./blame.js";
import { charge, chargeNext } from "./failures.js";
import type { Job } from "./job.js";
import { acknowledge, endLease, measure, startClock } from "./leases.js";
import { endJob, settleJob } from "./life.js";
import { type Piece, pieces } from "./pieces.js";
import { excessOf } from "./reduce/reducer.js";
import { fileSlot, type GridState, type Lease, type Session, send } from "./state.js";
import { noteEvent, showLater } from "./status.js";
import { beatTwin } from "./twins.js";

type Report = Extract<Up, { type: "report" }>;

/** Throws `bad_message` for what no honest client can send; nothing has changed then. */
export function acceptReport(state: GridState, session: Session, report: Report): void {
  const lease = state.leases.get(report.lease);
  const done = report.parts.reduce((sum, part) => sum + part.count, 0);
  const end = report.first + done + (report.failure ? 1 : 0);
  if (!lease || lease.slot.session !== session || (lease.over && end > lease.next))
    refuseStale(state, session, report.lease);
  else if ((end > lease.span.to && !lease.restored) || end === report.first)
    throw new GridError("bad_message", "a report goes past its lease");
  else if (end <= lease.next) {
    if (end <= lease.durable) acknowledge(state, lease, end);
  } else if (report.first !== lease.next) state.stale += 1;
  else take(state, lease, report, done);
}

function take(state: GridState, lease: Lease, report: Report, done: number): void {
  const { job } = lease;
  // What is beyond the lease's end was taken back while it was computed.
  const all = pieces(job, report, lease.to);
  const counted = Math.min(done, lease.to - lease.next);
  claim(job, all);
  measure(state, lease, done, claimedMs(report));
  lease.starts = 1;
  fileSlot(state, lease.slot);
  lease.next += counted;
  if (all.some(({ type }) => type === "row")) lease.slot.failures = 0;
  let buried = false;
  for (const piece of all) {
    if (piece.type === "fault") buried = charge(state, lease, piece.electron, piece.fault) || buried;
  }
  for (const piece of all) if (piece.type === "row") commitRow(state, lease, piece);
  if (lease.over) return;
  if (report.failure && lease.next < lease.to) buried = chargeNext(state, lease, report.failure) || buried;
  else if (lease.next === lease.to) finishLease(state, lease);
  else if (lease.slot.leases[0] === lease) startClock(state, lease);
  settleJob(state, job, { buried });
}

/** All that is still its own has come. Its holder may be about to go on, or at it, where some was taken back. */
function finishLease(state: GridState, lease: Lease): void {
  endLease(state, lease);
  if (lease.to === lease.span.to) return;
  send(state, lease.slot.session, { type: "revoke", lease: lease.id, kill: true, code: "taken_over" });
}

function claimedMs({ parts }: Report): number {
  return parts.reduce((sum, { micros, count }) => sum + sumMicrosMs(micros, count), 0);
}

/**
 * Throws a `LimitError` when the aggregate has grown over a limit: the job then fails, and nothing of the report counts. Rows
 * that a store has kept are merged without asking, so that no limit keeps a coordinator from going on.
 */
function claim(job: Job, all: readonly Piece[]): void {
  const { reducer } = job;
  if (!reducer || job.claimed === null) return;
  for (const piece of all) if (piece.type === "row") job.claimed = reducer.merge(job.claimed, piece.fold);
  const excess = excessOf(reducer, job.claimed);
  if (excess) throw excess;
}

/** Neighbouring electrons are done: one row, one partial aggregate. */
function commitRow(state: GridState, lease: Lease, piece: Extract<Piece, { type: "row" }>): void {
  const { job, block, slot } = lease;
  const { electrons, reducer } = job;
  if (!electrons) return;
  const { span, fold, results } = piece;
  const { identity } = slot.session;
  job.doneLast = { identity, at: state.now.mono };
  // What went wrong before is always leased alone.
  const failed = span.to - span.from === 1 ? electrons.failed.get(span.from) : undefined;
  electrons.finish(block, span);
  beatTwin(state, lease);
  if (failed) {
    settleBlame(state, job, failed, identity);
    state.journal.write({ type: "recovered", job: job.spec.id, electron: span.from });
  }
  if (state.standings.size > 0) praise(state, identity, job.spec.atom, span.to - span.from);
  const aggregate = reducer ? encodeValue(reducer.pack(fold)) : null;
  if (reducer) {
    block.fold = reducer.merge(block.fold, fold);
    job.uncommitted.add(fold);
  }
  const row = {
    job: job.spec.id,
    block: block.index,
    span,
    identity,
    at: state.now.wall,
    aggregate,
    results,
  };
  state.journal.write({ type: "report", row }, revealRow(state, lease, span, fold));
  finishBlock(state, job, lease);
  keep(state, job, results?.length ?? 0);
}

function revealRow(state: GridState, lease: Lease, span: Span, fold: unknown): () => void {
  const { job } = lease;
  const items = job.electrons?.items(span) ?? 0;
  const show = showLater(job);
  return () => {
    if (job.reducer) {
      job.uncommitted.delete(fold);
      job.fold = job.reducer.merge(job.fold, fold);
    }
    job.rate.add(items, state.now.mono);
    show();
    acknowledge(state, lease, span.to);
  };
}

/** A block all of whose electrons are done needs one aggregate instead of its rows. */
function finishBlock(state: GridState, job: Job, lease: Lease): void {
  const { block } = lease;
  if (block.done.size < block.span.to - block.span.from) return;
  const aggregate = job.reducer ? encodeValue(job.reducer.pack(block.fold)) : null;
  block.fold = undefined;
  noteEvent(state, job, "block", { block: block.index, from: block.span.from, to: block.span.to });
  state.journal.write({ type: "block", job: job.spec.id, block: block.index, aggregate });
}

function keep(state: GridState, job: Job, bytes: number): void {
  job.keptBytes += bytes;
  if (job.keptBytes <= KEPT_BYTES_MAX || hasEnded(job.state)) return;
  const message = `results_too_large: the kept results passed the limit of ${KEPT_BYTES_MAX} bytes; use a reduce`;
  endJob(state, job, "failed", { code: "results_too_large", message });
}

function refuseStale(state: GridState, session: Session, lease: number): void {
  state.stale += 1;
  send(state, session, { type: "revoke", lease, kill: true, code: "stale_lease" });
}
