/** What must hold after every step, whatever happened: the invariants of docs/ARCHITECTURE.md and rules of docs/SPEC.md, recomputed from the structures. */
import assert from "node:assert/strict";
import { hasEnded } from "@valence/shared/job-state";
import type { Up } from "@valence/shared/protocol/up";
import { OPEN_MS } from "@valence/shared/volunteer/work";
import { BENCH_MS_MAX, BLAMES_MAX } from "../core/blame.js";
import type { Effect } from "../core/effects.js";
import type { Electrons } from "../core/electrons.js";
import { type FailedElectron, isPoison, SUSPECTS_MAX } from "../core/failed-electron.js";
import type { Grid } from "../core/grid.js";
import type { Job } from "../core/job.js";
import { CLOCK_SLACK_MS } from "../core/leases.js";
import type { Now } from "../core/now.js";
import { cautiousMs, freshPace } from "../core/pace.js";
import type { Lease, Session, Slot } from "../core/state.js";

export function audit(grid: Grid, nowMs: number): void {
  const { jobs, leases, sessions, idle, thin, parked } = grid.audit;
  const open = [...leases.values()].filter((lease) => !lease.over);
  for (const job of jobs.values()) {
    if (job.electrons)
      auditElectrons(
        job,
        job.electrons,
        open.filter((lease) => lease.job === job),
      );
    const watched = job.spec.deadlineAt !== null && !hasEnded(job.state);
    assert.equal(job.deadline.deadline !== Number.POSITIVE_INFINITY, watched, "nobody looks at a job's deadline");
    assert.ok(job.deadline.deadline >= nowMs, "a job outlived its deadline");
    if (hasEnded(job.state))
      assert.equal(open.filter((lease) => lease.job === job).length, 0, "a lease outlived its job");
  }
  for (const job of jobs.values()) auditCrew(job, [...sessions.values()]);
  for (const lease of open) auditLease(lease, nowMs);
  for (const { score, until } of grid.audit.standings.values()) {
    assert.ok(score >= 0 && score < BLAMES_MAX, "an identity has more blame than keeps it off");
    assert.ok(until <= nowMs + BENCH_MS_MAX, "an identity is kept off for too long");
  }
  for (const slot of [...idle, ...parked, ...thin]) {
    assert.equal(sessions.get(slot.session.id), slot.session, "a slot without its session may be given work");
    assert.equal(slot.session.link, "ready");
  }
  for (const slot of [...sessions.values()].flatMap((session) => session.slots)) auditSlot(grid, slot);
}

/** The speed of all is the sum of those that are there, but for roundings. */
function auditCrew({ spec, crew }: Job, sessions: readonly Session[]): void {
  let [slots, speed] = [0, 0];
  for (const session of sessions) {
    const ms = cautiousMs(session.paces.get(spec.id) ?? freshPace());
    if (session.link !== "ready" || ms === null) continue;
    slots += session.slots.length;
    speed += session.slots.length / ms;
  }
  assert.equal(crew.slots, slots, "other slots are counted than are there");
  assert.ok(Math.abs(crew.speed - speed) <= 1e-9 * speed, "the speed of all is not that of each");
}

type Report = Extract<Up, { type: "report" }>;

/**
 * A report is received. What a client has reported it keeps until that is durable, so its next report begins where the coordinator stands, or
 * before, unless it is `careless`; and whoever says again what is durable is told so.
 */
export function auditReport(
  grid: Grid,
  report: Report,
  { session, careless, receive }: { session: string; careless: boolean; receive: () => Effect[] },
): Effect[] {
  const lease = grid.audit.leases.get(report.lease);
  const known = grid.audit.sessions.get(session);
  const own = lease && known && known.link !== "cut" && lease.slot.session === known;
  const { next, durable, over } = own ? lease : { next: 0, durable: 0, over: true };
  assert.ok(careless || over || report.first <= next, "a client has forgotten what it had reported");
  const effects = receive();
  const repeated =
    report.first + report.parts.reduce((sum, { count }) => sum + count, 0) + Number(report.failure !== null);
  const told = (effect: Effect) =>
    effect.type === "send" && effect.message.type === "ack" && effect.message.lease === report.lease;
  assert.ok(
    repeated > durable || effects.some(told),
    "a report that came again, and is durable, is not acknowledged again",
  );
  return effects;
}

/** What a session says that it does not hold goes back: it has been given no more since, if anything. */
export function auditHolding(
  grid: Grid,
  { leases }: Extract<Up, { type: "holding" }>,
  { session, receive }: { session: string; receive: () => Effect[] },
): Effect[] {
  const newest = Math.max(0, ...grid.audit.leases.keys());
  const effects = receive();
  for (const { id } of (grid.audit.sessions.get(session)?.slots ?? []).flatMap((slot) => slot.leases))
    assert.ok(id > newest || leases.includes(id), "a lease stays that its holder knows nothing of");
  return effects;
}

/** Both sides know that the session works on nothing. */
export function holdsNothing(grid: Grid, session: string): boolean {
  const { link, slots } = grid.audit.sessions.get(session) ?? { link: "cut", slots: [] };
  return link === "ready" && slots.every(({ leases, probing }) => leases.length === 0 && !probing);
}

/** Whatever the state of things, there is a reason for it. */
export function auditReasons(grid: Grid, now: Now): void {
  for (const { spec } of grid.jobs()) assert.ok(grid.explain(spec.id, now)?.length, "nothing explains a job");
}

/** A slot that holds nothing is on offer, or parked, or measures a chunk for a job that waits for it. */
function auditSlot(grid: Grid, slot: Slot): void {
  const { jobs, idle, parked } = grid.audit;
  const asked = [...jobs.values()].some((job) => job.probe?.asked.get(slot.session.id)?.slot === slot);
  assert.equal(slot.probing, asked, "a slot measures for nobody, or is not known to");
  const free = slot.session.link === "ready" && slot.leases.length === 0 && !slot.probing;
  assert.equal(idle.has(slot) || parked.has(slot), free, "a free slot is not on offer, or a busy one is");
}

function auditLease(lease: Lease, nowMs: number): void {
  const { slot, span, next, to, job } = lease;
  assert.ok(slot.leases.includes(lease), "an open lease is not held by its slot");
  assert.ok(slot.leases.length <= 2, "a slot holds more than two leases");
  assert.ok(span.from <= next && next < to && to <= span.to, "an open lease has nothing left");
  if (lease.twin) auditTwins(lease, lease.twin);
  const running = slot.leases[0] === lease && slot.session.link === "ready";
  assert.equal(lease.deadline !== Number.POSITIVE_INFINITY, running, "only the lease being worked on has a clock");
  if (running) assert.ok(lease.deadline >= nowMs, "a lease outlived its deadline");
  const { timeoutMs } = job.spec.policy;
  const allowedMs = lease.starts === 0 ? Math.max(timeoutMs, OPEN_MS) : timeoutMs;
  if (running) assert.ok(lease.deadline <= nowMs + allowedMs + CLOCK_SLACK_MS, "a clock runs too long");
}

/** Two leases of one electron, never more; and neither of them can spend its last attempt before the other has ended. */
function auditTwins(lease: Lease, twin: Lease): void {
  const { job, next, to, slot } = lease;
  assert.equal(twin.twin, lease, "a lease is the twin of one that is another's");
  assert.ok(!twin.over && twin.job === job && twin.next === next && twin.to === to, "twins hold different electrons");
  assert.equal(to - next, 1, "more than one electron is leased twice");
  assert.notEqual(twin.slot.session, slot.session, "a session holds both copies of an electron");
  assert.notEqual(job.spec.policy.delivery, "at-most-once", "what may run once is leased twice");
  const attempts = job.electrons?.failed.get(next)?.attempts ?? 0;
  assert.ok(attempts + 2 <= job.spec.policy.attemptsMax, "two copies may spend more attempts than there are");
}

function auditElectrons(job: Job, electrons: Electrons, leases: readonly Lease[]): void {
  const places = new Places(electrons);
  for (const block of electrons.blocks.values()) {
    for (const span of block.done.spans()) places.put("done", span.from, span.to);
    for (const span of block.ready.spans()) places.put(hasEnded(job.state) ? "skipped" : "ready", span.from, span.to);
  }
  for (let index = 0; index < electrons.nextBlock; index++) {
    const from = index * electrons.blockElectrons;
    if (!electrons.blocks.has(index))
      places.put("done", from, Math.min(electrons.size, from + electrons.blockElectrons));
  }
  for (const lease of leases) if (!lease.twin || lease.id < lease.twin.id) places.put("leased", lease.next, lease.to);
  for (const failed of electrons.failed.values()) {
    auditFailed(job, failed);
    if (failed.state !== "leased") places.put(failed.state, failed.electron, failed.electron + 1);
  }
  const untouched = electrons.nextBlock * electrons.blockElectrons;
  if (untouched < electrons.size) places.put(hasEnded(job.state) ? "skipped" : "ready", untouched, electrons.size);
  const { leased, waiting, done, dead, skipped } = places.items;
  assert.deepEqual(
    { leased, waiting, done, dead, skipped },
    { ...electrons.counts },
    "counts differ from what they count",
  );
  assert.equal(places.total, electrons.total, "the parts do not sum to the total");
}

/** Whoever may be tried again has attempts left, and has not killed workers on three identities. */
function auditFailed({ spec }: Job, { state, attempts, suspects }: FailedElectron): void {
  for (const identities of Object.values(suspects)) {
    assert.ok(identities.length <= SUSPECTS_MAX, "more is remembered of an electron than is needed");
    assert.equal(new Set(identities).size, identities.length, "one identity counts twice against an electron");
  }
  if (state === "dead") return;
  assert.ok(attempts < spec.policy.attemptsMax, "an electron without attempts left is not dead");
  assert.ok(!isPoison(suspects), "a poisoned electron is not dead");
}

/** Puts every electron into exactly one place. */
class Places {
  readonly items = { ready: 0, leased: 0, waiting: 0, done: 0, dead: 0, skipped: 0 };
  readonly #electrons: Electrons;
  readonly #seen = new Set<number>();

  constructor(electrons: Electrons) {
    this.#electrons = electrons;
  }

  get total(): number {
    return Object.values(this.items).reduce((sum, items) => sum + items, 0);
  }

  put(place: keyof Places["items"], from: number, to: number): void {
    for (let electron = from; electron < to; electron++) {
      assert.ok(!this.#seen.has(electron), `electron ${electron} is in two places, one of them ${place}`);
      this.#seen.add(electron);
    }
    this.items[place] += this.#electrons.items({ from, to });
  }
}
