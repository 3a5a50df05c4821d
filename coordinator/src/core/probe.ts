/**
 * How `auto` finds a chunk: a few volunteers time throw-away calls over the first items, and the median of them decides,
 * once and for all.
 */
import { chunkBounds } from "@valence/shared/shape";
import type { Timed } from "./deadlines.js";
import { Electrons } from "./electrons.js";
import type { Job } from "./job.js";
import { CLOCK_SLACK_MS } from "./leases.js";
import { sendOrder } from "./orders.js";
import { fileSlot, type GridState, type Session, type Slot, send } from "./state.js";
import { noteEvent, writeStatus } from "./status.js";

/** As many volunteers are asked. */
export const PROBES_MAX = 3;
/** After that long those decide that have answered. */
export const PROBE_WINDOW_MS = 2_000;
/** What a chunk should take, for the median volunteer. */
export const CHUNK_TARGET_MS = 100;

/** One volunteer that was asked; its deadline gives up on it. */
export type ProbeAsk = Timed & { readonly kind: "probe"; readonly job: string; readonly slot: Slot };
/** When those that have answered may decide alone. */
export type ProbeWindow = Timed & { readonly kind: "window"; readonly job: string };

export type Probe = {
  readonly asked: Map<string, ProbeAsk>;
  /** Sessions that will not be asked again. */
  readonly heard: Set<string>;
  /** Items per millisecond, of those that succeeded. */
  readonly speeds: number[];
  readonly window: ProbeWindow;
  open: boolean;
};

export function freshProbe(job: string): Probe {
  const [deadline, queuedAt] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const window = { kind: "window" as const, job, deadline, queuedAt };
  return { asked: new Map(), heard: new Set(), speeds: [], window, open: false };
}

/** Asks idle volunteers for jobs whose chunk is open. */
export function askProbes(state: GridState): void {
  for (const job of state.jobs.values()) {
    if (!job.probe || (job.state !== "queued" && job.state !== "running")) continue;
    for (const slot of state.idle) {
      if (job.probe.heard.size >= PROBES_MAX) break;
      if (!job.probe.heard.has(slot.session.id) && !slot.session.declined.has(job.spec.atom))
        ask(state, job, job.probe, slot);
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
  settleAsk(state, job, asked);
}

/** The volunteer that was asked is gone, or too slow: it counts as heard, with nothing. */
export function dropProbe(state: GridState, asked: ProbeAsk): void {
  const job = state.jobs.get(asked.job);
  if (job) settleAsk(state, job, asked);
}

/** The window is over: those that have answered decide. */
export function closeWindow(state: GridState, jobId: string): void {
  const job = state.jobs.get(jobId);
  if (!job?.probe) return;
  job.probe.open = false;
  resolveChunk(state, job);
}

/** Fixes the chunk of a range; a list's or a grid's is 1. */
export function fixChunk(job: Job, chunk: number): Electrons {
  job.probe = null;
  const { reducer, spec, fit } = job;
  return new Electrons({ job: spec.id, total: spec.input.total, chunk, fit, freshFold: () => reducer?.empty() });
}

function ask(state: GridState, job: Job, probe: Probe, slot: Slot): void {
  const [deadline, queuedAt] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const asked: ProbeAsk = { kind: "probe", job: job.spec.id, slot, deadline, queuedAt };
  if (probe.heard.size === 0) {
    probe.open = true;
    state.deadlines.set(probe.window, state.now.mono + PROBE_WINDOW_MS);
  }
  probe.asked.set(slot.session.id, asked);
  probe.heard.add(slot.session.id);
  state.deadlines.set(asked, state.now.mono + job.spec.policy.timeoutMs + CLOCK_SLACK_MS);
  slot.probing = true;
  fileSlot(state, slot);
  sendOrder(state, slot.session, job);
  send(state, slot.session, { type: "probe", job: job.spec.id, slot: slot.index });
}

function settleAsk(state: GridState, job: Job, asked: ProbeAsk): void {
  if (!job.probe?.asked.delete(asked.slot.session.id)) return;
  state.deadlines.set(asked, Number.POSITIVE_INFINITY);
  asked.slot.probing = false;
  fileSlot(state, asked.slot);
  resolveChunk(state, job);
}

function resolveChunk(state: GridState, job: Job): void {
  const { probe, spec } = job;
  if (!probe) return;
  const enough = probe.heard.size >= PROBES_MAX && probe.asked.size === 0;
  const late = !probe.open && (probe.speeds.length > 0 || probe.asked.size === 0);
  if (!enough && !late) return;
  const bounds = chunkBounds(spec.input.total, { collect: spec.reduce === "collect" });
  const median = probe.speeds.sort((a, b) => a - b)[probe.speeds.length >> 1] ?? 0;
  const chunk = Math.min(bounds.max, Math.max(bounds.min, Math.round(median * CHUNK_TARGET_MS)));
  for (const asked of [...probe.asked.values()]) {
    asked.slot.probing = false;
    fileSlot(state, asked.slot);
  }
  job.electrons = fixChunk(job, chunk);
  for (const session of state.sessions.values()) session.orders.delete(spec.id);
  noteEvent(state, job, "chunk", { chunk });
  writeStatus(state, job);
}
