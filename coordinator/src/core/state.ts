/**
 * Everything the core holds. The functions of this folder work on it within one step at a time; `grid.ts` is the door.
 *
 * A slot holds its leases in the order of work; only the first one's clock runs, and only on a ready link.
 */
import type { Span } from "@valence/shared/span";
import type { Standing } from "./blame.js";
import type { Deadlines, Timed } from "./deadlines.js";
import type { Effect, Outgoing } from "./effects.js";
import type { Block } from "./electrons.js";
import type { FailedElectron } from "./failed-electron.js";
import type { Job, JobDeadline } from "./job.js";
import type { Journal } from "./journal.js";
import type { Now } from "./now.js";
import type { Measured, Pace } from "./pace.js";
import type { ProbeAsk, ProbeWindow } from "./probe.js";
import type { CopyCounts } from "./twins.js";

/** One at a time computes here; a second lease waits behind it, so that the slot never idles for a round trip. */
export type Slot = {
  readonly session: Session;
  readonly index: number;
  /** Open leases: the one worked on, and at most one behind it. */
  readonly leases: Lease[];
  probing: boolean;
  /** The job it stays with for a while, and since when. */
  job: string | null;
  since: number;
  /** Electrons in a row that failed here, since when, and until when it gets no more of that job (monotonic). */
  failures: number;
  failingSince: number;
  restUntil: number;
};

/** One start of a tab or process: it outlives its links, so that a reconnect loses no lease. */
export type Session = Timed & {
  readonly kind: "session";
  readonly id: string;
  readonly identity: string;
  agent: string;
  /** Fingerprint of the token it showed, or null. */
  owner: string | null;
  readonly slots: Slot[];
  connectedAt: number;
  /**
   * `cut`: no socket; the leases stay until the deadline. `greeting`: known again, but both sides do not yet agree on what
   * it holds. `ready`: may be given work; the deadline is that of its silence.
   */
  link: "cut" | "greeting" | "ready";
  /** Jobs whose order went out on this link. */
  readonly orders: Set<string>;
  /** Atoms that the session will not run, by its own word, and until when (monotonic). */
  readonly declined: Map<string, { readonly code: string; readonly until: number }>;
  readonly paces: Map<string, Pace>;
};

export type Lease = Timed & {
  readonly kind: "lease";
  readonly id: number;
  readonly slot: Slot;
  readonly job: Job;
  readonly block: Block;
  /** As it was granted. */
  readonly span: Span;
  /** End of what is still its own of that. */
  to: number;
  readonly attempt: number;
  /** Read back after a restart. */
  readonly restored: boolean;
  /** Its holder may know of it. */
  sent: boolean;
  readonly pace: Pace;
  /** The other lease of its only electron; see `twins.ts`. */
  twin: Lease | null;
  /** First electron without a report; what is before is done or failed. */
  next: number;
  /** Everything before this electron is durable. */
  durable: number;
  /** When its slot began or last reported; null before it began. */
  clockAt: number | null;
  /** How often it was said to begin since its last report: twice, where a dead worker is replaced. */
  starts: number;
  readonly measured: Measured;
  /** What it was counted as when it was granted. */
  readonly estimateMs: number;
  /** Not held by its slot any more; stays known until its reports are durable. */
  over: boolean;
};

/** When idle slots look again, because somebody may then be given what it may not be given now. */
export type Alarm = Timed & { readonly kind: "alarm" };

/** When a coordinator that is about to stop waits no longer. */
export type DrainEnd = Timed & { readonly kind: "drain" };

export type Waiter = Lease | Session | FailedElectron | ProbeAsk | ProbeWindow | JobDeadline | Alarm | DrainEnd;

export type GridState = {
  /** Electrons of a block. */
  readonly blockElectrons: number;
  readonly jobs: Map<string, Job>;
  readonly sessions: Map<string, Session>;
  readonly leases: Map<number, Lease>;
  readonly deadlines: Deadlines<Waiter>;
  readonly journal: Journal;
  /** Slots on ready links that hold nothing, and those that hold one lease. */
  readonly idle: Set<Slot>;
  readonly thin: Set<Slot>;
  /** Idle slots for which there was nothing: not looked at until something is ready anew, but at the end of a job. */
  readonly parked: Set<Slot>;
  readonly random: () => number;
  readonly effects: Effect[];
  now: Now;
  /** Slots on ready links. */
  slots: number;
  nextLease: number;
  /** Messages about leases that were not the sender's any more. */
  stale: number;
  /** By identity and atom, oldest first; see `blame.ts`. */
  readonly standings: Map<string, Standing>;
  readonly alarm: Alarm;
  /** The ends of jobs are not looked at before that (monotonic). */
  tailFrom: number;
  /** Where the next look at them goes on; null where it begins anew, and after a while without one. */
  tailLeases: Iterator<Lease, undefined> | null;
  readonly copies: CopyCounts;
  /** Nothing is granted any more. */
  draining: boolean;
  readonly drainEnd: DrainEnd;
};

export function send(state: GridState, session: Session, message: Outgoing): void {
  if (session.link !== "cut") state.effects.push({ type: "send", session: session.id, message });
}

/** Files a slot under what it can take, after anything that may have changed that. */
export function fileSlot(state: GridState, slot: Slot): void {
  state.parked.delete(slot);
  const open = slot.session.link === "ready" && !slot.probing ? slot.leases.length : -1;
  if (open === 0) state.idle.add(slot);
  else state.idle.delete(slot);
  if (open === 1) state.thin.add(slot);
  else state.thin.delete(slot);
}

/** Something is ready anew: slots that found nothing may look again. */
export function reopenSlots(state: GridState): void {
  for (const slot of state.parked) state.idle.add(slot);
  state.parked.clear();
}
