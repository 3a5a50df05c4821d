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
 * A look takes time in proportion to the leases, so there is one in LOOK_MS at most, after whatever happened; and when nothing happens, one when a lease
 * comes to be late. There is none while the disk is stuck or the coordinator has just been away, for then nobody is late by its own doing.
 */
import { copyLease, mayBeCopied, mayCopy } from "./copies.js";
import { isRested, lookAgainAt, mayRun } from "./eligible.js";
import { revokeLease } from "./endings.js";
import { type Forecast, forecast, isSilent, WAY_MS } from "./forecast.js";
import { type Job, runsOnce } from "./job.js";
import { leasesOf, shortenLease } from "./leases.js";
import { cautiousMs, electronMsOf, paceOf } from "./pace.js";
import type { GridState, Lease, Slot } from "./state.js";

/** Looks are at least so far apart. */
export const LOOK_MS = 100;
/** The holder must need that much longer than the idle slot. */
const WORTH = 1.5;
/** As many idle slots are looked through for some that could help. */
export const SLOTS_LOOK_MAX = 256;

/** A lease that may be taken from. */
type Case = Forecast & { readonly lease: Lease };
/** An idle slot, and the milliseconds in which it has an answer for an electron. */
type IdleSlot = { readonly slot: Slot; readonly ms: number };

/** Whether it is time to look at the ends of jobs. */
export function tailIsDue(state: GridState): boolean {
  const { mono } = state.now;
  if (state.idle.size + state.parked.size === 0 || !anyAtEnd(state) || state.journal.stuck(mono)) return false;
  if (mono < state.tailFrom) lookAgainAt(state, state.tailFrom);
  return mono >= state.tailFrom;
}

/** Takes back what holders that will be late have not begun. True when something is ready again. */
export function takeBack(state: GridState): boolean {
  state.tailFrom = state.now.mono + LOOK_MS;
  let taken = false;
  for (const job of state.jobs.values()) {
    if (!isAtEnd(job)) continue;
    const idle = idleFor(state, job);
    for (const each of worthwhile(casesOf(state, job), idle)) taken = takeUnbegun(state, each, idle) || taken;
  }
  return taken;
}

/** Gives idle slots second copies of the electrons that would be done last. */
export function copyLast(state: GridState): void {
  for (const job of state.jobs.values()) {
    if (!isAtEnd(job)) continue;
    const idle = idleFor(state, job);
    const cases = casesOf(state, job).filter(({ lease }) => mayBeCopied(lease));
    for (const each of worthwhile(cases, idle)) {
      const free = fastestFor(state, each, idle);
      if (!free) continue;
      idle.splice(idle.indexOf(free), 1);
      copyLease(state, each.lease, free.slot);
    }
    lookWhenLate(state, cases, idle);
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

function casesOf(state: GridState, job: Job): Case[] {
  const cases: Case[] = [];
  for (const lease of leasesOf(state, job)) {
    // Whoever was there before a restart has its grace to deliver what it did meanwhile.
    const away = lease.restored && lease.slot.session.link !== "ready";
    if (!lease.twin && !away) cases.push({ lease, ...forecast(state, lease) });
  }
  return cases;
}

/** Those that the fastest idle slot would be through with clearly sooner, the one that will be through last first. */
function worthwhile(cases: readonly Case[], [fastest]: readonly IdleSlot[]): Case[] {
  if (!fastest) return [];
  return cases.filter(({ leftMs }) => leftMs >= WORTH * fastest.ms).sort((a, b) => b.leftMs - a.leftMs);
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

/** Where nothing can be done yet the next look is when that may have changed; whatever happens makes another one. */
function lookWhenLate(state: GridState, cases: readonly Case[], [fastest]: readonly IdleSlot[]): void {
  if (!fastest) return;
  const { mono } = state.now;
  const worthMs = WORTH * fastest.ms;
  for (const { leftMs, lateAt } of cases) {
    if (leftMs < worthMs) lookAgainAt(state, Math.max(mono + LOOK_MS, lateAt > mono ? lateAt : lateAt + worthMs));
  }
}
