/**
 * The end of a job. When nothing of it is ready any more and slots are idle, these take from whoever will be through last.
 *
 * What has not begun is taken back: a lease that waits behind another one, and the rest of one at work beyond what its holder will have
 * begun by now. It is ready again and is divided as ever, by speed. The holder is told when it comes to where its lease now ends; what it
 * had computed beyond that does not count. So all slots end together although speeds were guessed wrong, and of a holder that is frozen
 * or cut off only the electron that it was at is left.
 *
 * What has begun is copied: the electron goes to a second slot as well, and the first answer wins (`copies.ts`). Nobody knows whether an
 * electron that takes long is itself long or its holder is slow; a copy costs nothing but what an idle slot has to give. Leases are looked at by
 * when they will be through, the last one first, as LATE does (Zaharia et al., OSDI 2008), and a copy is made only where the idle slot would
 * be through in two thirds of the time that the holder still needs. Whoever is late with an electron is expected to need as long again as it is late; of a silent
 * or cut-off holder nothing is expected.
 *
 * There is a look in LOOK_MS at most, after whatever happened; and when nothing happens, one when a lease comes to be late. Each takes LEASES_LOOK_MAX
 * leases and the next one goes on behind them, so that thousands hold up nobody. There is none while the disk is stuck or the coordinator has just
 * been away, for then nobody is late by its own doing.
 */
import { copyLease, mayBeCopied, mayCopy } from "./copies.js";
import { isRested, lookAgainAt, mayRun } from "./eligible.js";
import { revokeLease } from "./endings.js";
import { type Forecast, forecast, isSilent, WAY_MS } from "./forecast.js";
import { type Job, runsOnce } from "./job.js";
import { shortenLease } from "./leases.js";
import { cautiousMs, electronMsOf, paceOf } from "./pace.js";
import type { GridState, Lease, Slot } from "./state.js";

/** Looks are at least so far apart. */
export const LOOK_MS = 100;
/** The holder must need that much longer than the idle slot. */
const WORTH = 1.5;
/** As many idle slots are looked through for some that could help. */
export const SLOTS_LOOK_MAX = 256;
/** As many leases are looked at in one look. */
export const LEASES_LOOK_MAX = 1_024;
/** Where no look has gone on for so long, the next one begins anew: an iterator keeps what its map has let go of since. */
export const LAP_REST_MS = 1_000;

/** Of each job that is at its end, the leases that this look takes. */
export type Ends = ReadonlyMap<Job, readonly Lease[]>;

/** A lease that may be taken from. */
type Case = Forecast & { readonly lease: Lease };
/** An idle slot, and the milliseconds in which it has an answer for an electron. */
type IdleSlot = { readonly slot: Slot; readonly ms: number };

/** Whether it is time to look at the ends of jobs. Call it at each step. */
export function tailIsDue(state: GridState): boolean {
  const { mono } = state.now;
  if (mono >= state.tailFrom + LAP_REST_MS) state.tailLeases = null;
  if (state.idle.size + state.parked.size === 0 || !anyAtEnd(state) || state.journal.stuck(mono)) return false;
  if (mono < state.tailFrom) lookAgainAt(state, state.tailFrom);
  return mono >= state.tailFrom;
}

/**
 * Takes the next leases to be looked at; after the last one it begins anew. While one look does not take all of them, looks follow each
 * other without a pause: what an earlier one has passed may come to be late before what this one sees.
 */
export function endsToLookAt(state: GridState): Ends {
  state.tailFrom = state.now.mono + LOOK_MS;
  const ends = new Map<Job, Lease[]>();
  for (const job of state.jobs.values()) if (isAtEnd(job)) ends.set(job, []);
  if (state.tailLeases !== null) lookAgainAt(state, state.tailFrom);
  state.tailLeases ??= state.leases.values();
  const walk = state.tailLeases;
  let looks = LEASES_LOOK_MAX;
  for (let step = walk.next(); !step.done; step = walk.next()) {
    const leases = ends.get(step.value.job);
    if (!leases) continue;
    leases.push(step.value);
    looks -= 1;
    if (looks > 0) continue;
    lookAgainAt(state, state.tailFrom);
    return ends;
  }
  state.tailLeases = null;
  return ends;
}

/** Takes back what holders that will be late have not begun. True when something is ready again. */
export function takeBack(state: GridState, ends: Ends): boolean {
  let taken = false;
  for (const [job, leases] of ends) {
    const idle = idleFor(state, job);
    const { cases } = survey(state, leases, idle);
    for (const each of cases) taken = takeUnbegun(state, each, idle) || taken;
  }
  return taken;
}

/** Gives idle slots second copies of the electrons that would be done last. */
export function copyLast(state: GridState, ends: Ends): void {
  for (const [job, leases] of ends) {
    if (!isAtEnd(job)) continue;
    const idle = idleFor(state, job);
    const { cases, lookAt } = survey(state, leases, idle);
    for (const each of cases) {
      const free = mayBeCopied(each.lease) && fastestFor(state, each, idle);
      if (!free) continue;
      idle.splice(idle.indexOf(free), 1);
      copyLease(state, each.lease, free.slot);
    }
    if (idle.length > 0) lookAgainAt(state, lookAt);
  }
}

function anyAtEnd(state: GridState): boolean {
  for (const job of state.jobs.values()) if (isAtEnd(job)) return true;
  return false;
}

/** Nothing is left to give out, but not all has come. */
function isAtEnd(job: Job): boolean {
  const { electrons, state } = job;
  if (state !== "running" || electrons === null || runsOnce(job)) return false;
  return electrons.ready === 0 && electrons.counts.leased > 0;
}

/** Idle slots that may work on the job, the fastest first. */
function idleFor(state: GridState, job: Job): IdleSlot[] {
  const idle: IdleSlot[] = [];
  let looks = SLOTS_LOOK_MAX;
  for (const slot of allIdle(state)) {
    if (looks-- === 0) break;
    const { session } = slot;
    if (isSilent(state, session) || !isRested(state, job, slot) || !mayRun(state, session, job.spec.atom)) continue;
    idle.push({ slot, ms: WAY_MS + (cautiousMs(paceOf(session, job)) ?? cautiousMs(job.pace) ?? 0) });
  }
  return idle.sort((a, b) => a.ms - b.ms);
}

function* allIdle({ idle, parked }: GridState): Generator<Slot> {
  yield* idle;
  yield* parked;
}

/**
 * The leases that the fastest idle slot would be through with clearly sooner, the one that will be through last first; and when (monotonic)
 * another one may have become so, though nothing happens.
 */
function survey(
  state: GridState,
  leases: readonly Lease[],
  [fastest]: readonly IdleSlot[],
): { cases: Case[]; lookAt: number } {
  const cases: Case[] = [];
  let lookAt = Number.POSITIVE_INFINITY;
  if (!fastest) return { cases, lookAt };
  const worthMs = WORTH * fastest.ms;
  for (const lease of leases) {
    if (!isOpenCase(lease)) continue;
    const { leftMs, late, lateAt } = forecast(state, lease);
    if (leftMs >= worthMs) cases.push({ lease, leftMs, late, lateAt });
    else if (mayBeCopied(lease)) lookAt = Math.min(lookAt, lateAt > state.now.mono ? lateAt : lateAt + worthMs);
  }
  cases.sort((a, b) => b.leftMs - a.leftMs);
  return { cases, lookAt: Math.max(state.now.mono + LOOK_MS, lookAt) };
}

/** Whoever was there before a restart has its grace to deliver what it did meanwhile. */
function isOpenCase({ over, twin, restored, slot }: Lease): boolean {
  return !over && twin === null && !(restored && slot.session.link !== "ready");
}

/** Takes back a lease that waits, or what its holder will not have begun before it could be given to others. */
function takeUnbegun(state: GridState, { lease, late }: Case, idle: readonly IdleSlot[]): boolean {
  const { slot, next, to } = lease;
  if (slot.leases[0] !== lease) {
    revokeLease(state, lease, "taken_over");
    return true;
  }
  const kept = next + (late ? 1 : fairlyKept(state, lease, idle));
  if (kept >= to) return false;
  shortenLease(state, lease, kept);
  return true;
}

/** Electrons that a holder in time keeps: what it will have begun, and of the rest its part beside the idle slots. */
function fairlyKept(state: GridState, lease: Lease, idle: readonly IdleSlot[]): number {
  const electronMs = electronMsOf(lease) ?? 0;
  const left = lease.to - lease.next;
  const { mono } = state.now;
  const begun = Math.min(left, 1 + Math.ceil((mono - (lease.clockAt ?? mono) + WAY_MS) / electronMs));
  const speed = idle.reduce((sum, { ms }) => sum + 1 / ms, 0);
  return begun + Math.floor((left - begun) / (1 + electronMs * speed));
}

/** The fastest idle slot that may have a copy and would be through clearly sooner. */
function fastestFor(state: GridState, { lease, leftMs }: Case, idle: readonly IdleSlot[]): IdleSlot | null {
  if (lease.to - lease.next > 1) return null;
  const able = idle.find(({ slot, ms }) => leftMs >= WORTH * ms && mayCopy(state, lease, slot.session));
  return able ?? null;
}
