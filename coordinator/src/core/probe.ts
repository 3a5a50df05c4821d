/**
 * How `auto` finds a chunk: a few volunteers time throw-away calls over the first items, and the median of them decides,
 * once and for all. Only an answer decides: a volunteer that declines or leaves is as if it had not been asked.
 */
import { hasCollect } from "@valence/shared/reduce-rule";
import { AUTO_CHUNK_MS, chunkBounds } from "@valence/shared/shape";
import type { Timed } from "./deadlines.js";
import { Electrons } from "./electrons.js";
import { mayRun } from "./eligible.js";
import type { Job } from "./job.js";
import { CLOCK_SLACK_MS } from "./leases.js";
import { sendOrder } from "./orders.js";
import { fileSlot, type GridState, reopenSlots, type Session, type Slot, send } from "./state.js";
import { noteEvent, writeStatus } from "./status.js";

/** As many volunteers are asked. */
export const PROBES_MAX = 3;
/** After that long those decide that have answered. */
export const PROBE_WINDOW_MS = 2_000;

/** One volunteer that was asked; its deadline counts as an answer without success. */
export type ProbeAsk = Timed & { readonly kind: "probe"; readonly job: string; readonly slot: Slot };
/** When those that have answered may decide alone. */
export type ProbeWindow = Timed & { readonly kind: "window"; readonly job: string };

export type Probe = {
  /** By session. */
  readonly asked: Map<string, ProbeAsk>;
  readonly answered: Set<string>;
  /** Items per millisecond, of the answers that succeeded. */
  readonly speeds: number[];
  readonly window: ProbeWindow;
  windowOver: boolean;
};

export function freshProbe(job: string): Probe {
  const [deadline, queuedAt] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const window = { kind: "window" as const, job, deadline, queuedAt };
  return { asked: new Map(), answered: new Set(), speeds: [], window, windowOver: false };
}

/** Asks idle volunteers for jobs whose chunk is open. */
export function askProbes(state: GridState): void {
  for (const job of state.jobs.values()) {
    const { probe, spec } = job;
    if (!probe || (job.state !== "queued" && job.state !== "running")) continue;
    for (const slot of state.idle) {
      if (probe.asked.size + probe.answered.size >= PROBES_MAX) break;
      const { id } = slot.session;
      if (probe.asked.has(id) || probe.answered.has(id) || !mayRun(state, slot.session, spec.atom)) continue;
      ask(state, job, probe, slot);
    }
  }
}

/** A volunteer answered, with zero items if nothing succeeded. */
export function acceptProbe(
  state: GridState,
  session: Session,
  answer: { job: string; items: number; elapsedMs: number },
): void {
  const job = state.jobs.get(answer.job);
  const asked = job?.probe?.asked.get(session.id);
  if (!job?.probe || !asked) return;
  if (answer.items > 0) job.probe.speeds.push(answer.items / Math.max(0.001, answer.elapsedMs));
  settleAsk(state, job, job.probe, asked);
}

/** A volunteer that was asked did not answer in time: that is an answer, too. */
export function expireProbe(state: GridState, asked: ProbeAsk): void {
  const job = state.jobs.get(asked.job);
  if (job?.probe) settleAsk(state, job, job.probe, asked);
}

/** The session is gone, or will not run the atom: somebody else may be asked. */
export function withdrawProbes(state: GridState, session: Session, atom: string | null): void {
  for (const job of state.jobs.values()) {
    const asked = job.probe?.asked.get(session.id);
    if (asked && (atom === null || atom === job.spec.atom)) {
      job.probe?.asked.delete(session.id);
      freeSlot(state, asked);
    }
  }
}

/** The window is over: those that have answered decide, or else the next answer will. */
export function closeWindow(state: GridState, jobId: string): void {
  const job = state.jobs.get(jobId);
  if (!job?.probe) return;
  job.probe.windowOver = true;
  resolveChunk(state, job, job.probe);
}

/** Nobody needs to answer any more. */
export function endProbe(state: GridState, job: Job): void {
  if (!job.probe) return;
  for (const asked of job.probe.asked.values()) freeSlot(state, asked);
  state.deadlines.set(job.probe.window, Number.POSITIVE_INFINITY);
  job.probe = null;
}

/** The electrons of a job whose chunk is known; a list's or a grid's is 1. */
export function electronsBy(job: Job, chunk: number): Electrons {
  const { reducer, spec, fit, blockElectrons } = job;
  const freshFold = () => reducer?.empty();
  return new Electrons({ job: spec.id, total: spec.input.total, chunk, blockElectrons, fit, freshFold });
}

function ask(state: GridState, job: Job, probe: Probe, slot: Slot): void {
  const [deadline, queuedAt] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const asked: ProbeAsk = { kind: "probe", job: job.spec.id, slot, deadline, queuedAt };
  if (!probe.windowOver && probe.window.deadline === Number.POSITIVE_INFINITY) {
    state.deadlines.set(probe.window, state.now.mono + PROBE_WINDOW_MS);
  }
  probe.asked.set(slot.session.id, asked);
  state.deadlines.set(asked, state.now.mono + job.spec.policy.timeoutMs + CLOCK_SLACK_MS);
  slot.probing = true;
  fileSlot(state, slot);
  sendOrder(state, slot.session, job);
  send(state, slot.session, { type: "probe", job: job.spec.id, slot: slot.index });
}

function settleAsk(state: GridState, job: Job, probe: Probe, asked: ProbeAsk): void {
  const { id } = asked.slot.session;
  if (!probe.asked.delete(id)) return;
  probe.answered.add(id);
  freeSlot(state, asked);
  resolveChunk(state, job, probe);
}

function freeSlot(state: GridState, asked: ProbeAsk): void {
  state.deadlines.set(asked, Number.POSITIVE_INFINITY);
  asked.slot.probing = false;
  fileSlot(state, asked.slot);
}

function resolveChunk(state: GridState, job: Job, probe: Probe): void {
  const { answered, asked, speeds, windowOver } = probe;
  const late = windowOver && answered.size > 0 && (speeds.length > 0 || asked.size === 0);
  if (answered.size < PROBES_MAX && !late) return;
  const { input, reduce, id } = job.spec;
  const bounds = chunkBounds(input.total, { collect: reduce !== null && hasCollect(reduce) });
  const median = speeds.sort((a, b) => a - b)[speeds.length >> 1] ?? 0;
  const chunk = Math.min(bounds.max, Math.max(bounds.min, Math.round(median * AUTO_CHUNK_MS)));
  endProbe(state, job);
  job.electrons = electronsBy(job, chunk);
  for (const session of state.sessions.values()) session.orders.delete(id); // theirs has no chunk
  reopenSlots(state);
  noteEvent(state, job, "chunk", { chunk });
  writeStatus(state, job);
}
