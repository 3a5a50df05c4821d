/**
 * An electron failed: who is charged, and what becomes of it. The rest of its lease goes back, charged to nobody. Whoever charges
 * settles the job afterwards.
 */
import type { FailureCode } from "@valence/shared/errors";
import { backoffMs } from "./backoff.js";
import { isPoison, withFailure, withVanishing } from "./failed-electron.js";
import { type Job, runsOnce } from "./job.js";
import { acknowledge, CLOCK_SLACK_MS, endLease } from "./leases.js";
import type { GridState, Lease, Slot } from "./state.js";
import { noteEvent, showLater, writeElectron } from "./status.js";
import { endTwin } from "./twins.js";

export type Fault = {
  readonly code: FailureCode;
  readonly message: string;
  readonly stack: string | null;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  /** Nobody said so: the lease's clock ran out. */
  readonly lapsed?: boolean;
};

/** A retry is left to others for at most that long. */
const PATIENCE_MS_MAX = 60_000;

/** So many failures in a row are chance; from the next one on a slot waits before it gets more of the job. */
const RESTLESS_FAILURES = 2;
const REST_MS = 10;
const REST_MS_MAX = 100;

/** How long those that failed an electron leave its next try to others: these end what they are at, and ask for more. */
export function patienceMs({ spec }: Job): number {
  return Math.min(PATIENCE_MS_MAX, spec.policy.timeoutMs + CLOCK_SLACK_MS);
}

/** The lease's next electron is charged one attempt, and the lease ends with it. True when it is a dead letter now. */
export function chargeNext(state: GridState, lease: Lease, fault: Fault): boolean {
  const electron = lease.next;
  lease.next += 1;
  const dead = charge(state, lease, electron, fault);
  endLease(state, lease);
  return dead;
}

/**
 * Charges a leased electron one attempt; it waits for another, or is dead: its attempts are spent, it kills workers wherever it runs, or
 * it may run once at most. Where another slot is at it as well, that one's outcome is waited for, unless it is dead. True when it is dead.
 */
export function charge(state: GridState, lease: Lease, electron: number, fault: Fault): boolean {
  const { job, slot } = lease;
  const { electrons } = job;
  if (!electrons) return false;
  const { policy, id } = job.spec;
  const { identity } = slot.session;
  const { code, message, stack } = fault;
  const failed = electrons.fail(electron);
  rest(state, slot, job);
  if (fault.lapsed) failed.lapse = { identity, session: slot.session.id, at: state.now.mono };
  else if (code === "vanished") failed.suspects = withVanishing(failed.suspects, identity);
  else failed.suspects = withFailure(failed.suspects, identity, code);
  const { attempts } = failed;
  const at = state.now.wall;
  state.journal.write({
    type: "failure",
    failure: { job: id, electron, attempt: attempts, identity, at, code, message, stack },
  });
  const dead = !fault.retryable || attempts >= policy.attemptsMax || isPoison(failed.suspects) || runsOnce(job);
  const waitMs = dead ? 0 : (fault.retryAfterMs ?? backoffMs(policy.backoff, attempts, state.random));
  if (dead) {
    electrons.bury(failed);
    endTwin(state, lease);
    noteEvent(state, job, "dead_letter", { electron, code, message });
  } else if (!lease.twin) {
    electrons.wait(failed);
    state.deadlines.set(failed, state.now.mono + waitMs);
  }
  const reported = lease.next;
  const show = showLater(job);
  writeElectron(state, failed, at + waitMs, () => {
    show();
    acknowledge(state, lease, reported);
  });
  return dead;
}

/**
 * A slot on which one electron after the other fails is free at once, each time: without a rest it would take all there is before anybody
 * else. But where nobody completes anything, it is the atom that fails, and may do so as fast as it can.
 */
function rest(state: GridState, slot: Slot, job: Job): void {
  if (slot.failures === 0) slot.failingSince = state.now.mono;
  slot.failures += 1;
  const inARow = slot.failures - RESTLESS_FAILURES;
  const { doneLast } = job;
  const works = doneLast !== null && doneLast.identity !== slot.session.identity && doneLast.at >= slot.failingSince;
  if (inARow > 0 && works) slot.restUntil = state.now.mono + Math.min(REST_MS_MAX, REST_MS * 2 ** (inARow - 1));
}
