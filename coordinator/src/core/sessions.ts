/** Volunteers come, fall silent, come back and leave; what their sessions hold stays or goes back. */
import { GridError } from "@valence/shared/errors";
import { giveUpLease, revokeLease } from "./endings.js";
import { chargeNext } from "./failures.js";
import { runsOnce } from "./job.js";
import { CLOCK_SLACK_MS, startClock, stopClock } from "./leases.js";
import { settleJob } from "./life.js";
import { dismiss, enlist } from "./pace.js";
import { withdrawProbes } from "./probe.js";
import { GRACE_MS, SILENCE_MS } from "./silence.js";
import { fileSlot, type GridState, type Lease, reopenSlots, type Session, send, type Waiter } from "./state.js";

/** How long leases read back after a restart wait for their holders. */
export const RESTART_GRACE_MS = 15_000;
/** A volunteer that could not fetch an atom is given it again after that long. */
export const DECLINE_MS = 60_000;

export type Join = {
  readonly session: string;
  readonly identity: string;
  readonly slots: number;
  readonly agent: string;
  readonly owner: string | null;
};

/** A volunteer is there, for the first time or again; it gets work once it has said what it holds. Throws `session_in_use`. */
export function joinSession(state: GridState, join: Join): Session {
  const known = state.sessions.get(join.session);
  if (known && known.identity !== join.identity) {
    throw new GridError("session_in_use", "another identity holds this session: choose a new session id");
  }
  const session = known ?? freshSession(state, join.session, join.identity);
  unlink(state, session);
  for (const gone of session.slots.splice(join.slots)) dropLeases(state, [...gone.leases], { told: false });
  growSlots(session, join.slots);
  session.agent = join.agent;
  session.owner = join.owner;
  session.connectedAt = state.now.wall;
  session.link = "greeting";
  session.orders.clear();
  session.declined.clear();
  state.deadlines.set(session, state.now.mono + SILENCE_MS);
  state.journal.write({ type: "identity", identity: session.identity, at: state.now.wall });
  return session;
}

/** A session without slots and without a link. */
export function freshSession(state: GridState, id: string, identity: string): Session {
  const session: Session = {
    kind: "session",
    id,
    identity,
    agent: "",
    owner: null,
    slots: [],
    connectedAt: state.now.wall,
    link: "cut",
    orders: new Set(),
    declined: new Map(),
    paces: new Map(),
    deadline: Number.POSITIVE_INFINITY,
    queuedAt: Number.POSITIVE_INFINITY,
  };
  state.sessions.set(id, session);
  return session;
}

export function growSlots(session: Session, slots: number): void {
  for (let index = session.slots.length; index < slots; index++) {
    const fresh = { leases: [], probing: false, job: null, since: 0, failures: 0, failingSince: 0, restUntil: 0 };
    session.slots.push({ session, index, ...fresh });
  }
}

/** Both sides agree on what the session holds: the rest goes back, and work may come. */
export function agreeOnLeases(state: GridState, session: Session, held: readonly number[]): void {
  const listed = new Set(held);
  const dropped = openLeases(session).filter((lease) => !listed.has(lease.id));
  dropLeases(state, dropped, { told: false }); // that one had begun may have been said on the link that broke
  for (const id of held) {
    const lease = state.leases.get(id);
    if (!lease || lease.over || lease.slot.session !== session)
      send(state, session, { type: "revoke", lease: id, kill: true, code: "stale_lease" });
  }
  if (session.link !== "greeting") return;
  session.link = "ready";
  state.slots += session.slots.length;
  enlist(state, session);
  for (const slot of session.slots) {
    fileSlot(state, slot);
    if (slot.leases[0]) startClock(state, slot.leases[0]);
  }
}

/** The socket closed: the leases stay for a grace, but no longer than they had if it had merely stayed silent. */
export function cutSession(state: GridState, session: Session): void {
  unlink(state, session);
  state.deadlines.set(session, Math.min(session.deadline, state.now.mono + GRACE_MS));
}

/** Gone for good: everything it holds goes back, charged to nobody. */
export function leaveSession(state: GridState, session: Session): void {
  unlink(state, session);
  dropLeases(state, openLeases(session), { told: false });
  state.deadlines.set(session, Number.POSITIVE_INFINITY);
  state.sessions.delete(session.id);
}

/** A goodbye: as `leaveSession`, and answered once everything that was reported is durable. */
export function partSession(state: GridState, session: Session): void {
  dropLeases(state, openLeases(session), { told: true });
  unlinkSlots(state, session);
  state.journal.write({ type: "identity", identity: session.identity, at: state.now.wall }, () => {
    send(state, session, { type: "bye" });
    if (state.sessions.get(session.id) === session) leaveSession(state, session);
  });
}

/** The volunteer will not run the atom, or cannot now: no more of it, and what it holds of it goes back. */
export function declineAtom(state: GridState, session: Session, decline: { atom: string; code: string }): void {
  const { atom, code } = decline;
  if (![...session.orders].some((id) => state.jobs.get(id)?.spec.atom === atom)) return;
  const passing = code === "source_unreachable";
  session.declined.set(atom, { code, until: passing ? state.now.mono + DECLINE_MS : Number.POSITIVE_INFINITY });
  // What may run once at most it gives back by name: a grant that crossed the decline may have begun.
  const dropped = openLeases(session).filter(({ job }) => job.spec.atom === atom && !runsOnce(job));
  dropLeases(state, dropped, { told: true });
  withdrawProbes(state, session, atom);
}

/** A lease's clock ran out: the electron being computed is charged, the worker killed, the rest is ready again. */
export function expireLease(state: GridState, lease: Lease): void {
  if (lease.over) return;
  if (state.journal.stuck(state.now.mono)) {
    startClock(state, lease); // the volunteer may be holding back because nothing is acknowledged
    return;
  }
  if (lease.starts === 0) {
    const buried = revokeLease(state, lease, "lease_expired"); // it never began, so no electron is to blame
    settleJob(state, lease.job, { buried });
    return;
  }
  const { timeoutMs } = lease.job.spec.policy;
  const message = `no answer within ${timeoutMs} ms and the way there and back`;
  const fault = { code: "time_out", message, stack: null, retryable: true, retryAfterMs: null } as const;
  const buried = chargeNext(state, lease, { ...fault, lapsed: true });
  revokeLease(state, lease, "lease_expired");
  settleJob(state, lease.job, { buried });
}

/**
 * How much longer what a volunteer owes is waited for when the coordinator itself was away when it came due; 0 for what nobody owes. A
 * session may have to come back first, since its link was closed meanwhile.
 */
export function reprieveMs({ kind }: Waiter): number {
  if (kind === "session") return GRACE_MS;
  return kind === "lease" || kind === "probe" ? CLOCK_SLACK_MS : 0;
}

/** Leases that their holder has no more of: it gives them back (`told`), or it has lost them or is gone. */
export function dropLeases(state: GridState, leases: readonly Lease[], { told }: { told: boolean }): void {
  for (const lease of leases) settleJob(state, lease.job, { buried: giveUpLease(state, lease, { told }) });
}

export function openLeases(session: Session): Lease[] {
  return session.slots.flatMap((slot) => slot.leases);
}

function unlink(state: GridState, session: Session): void {
  unlinkSlots(state, session);
  session.link = "cut";
  for (const lease of openLeases(session)) stopClock(state, lease);
}

/** No more work for its slots; the link itself stays. */
function unlinkSlots(state: GridState, session: Session): void {
  if (session.link === "ready") {
    state.slots -= session.slots.length;
    dismiss(state, session);
    session.link = "greeting";
  }
  withdrawProbes(state, session, null);
  for (const slot of session.slots) fileSlot(state, slot);
  if (state.alarm.deadline !== Number.POSITIVE_INFINITY) reopenSlots(state); // what was left to this session may be another's now
}
