/**
 * What is remembered of an electron that went wrong and is not done: how often, and on whom. Only such electrons are
 * remembered one by one.
 */
import type { FailureCode } from "@valence/shared/errors";
import type { Timed } from "./deadlines.js";

/** Identities that were there when an electron went wrong: the newest last, at most SUSPECTS_MAX of each kind. */
export type Suspects = {
  /** They failed it. */
  readonly failedOn: readonly string[];
  /** Its worker died of itself on them. */
  readonly diedOn: readonly string[];
  /** They were computing it when they vanished without a goodbye. */
  readonly vanishedWith: readonly string[];
};

/** On as many identities it is no chance any more. */
export const SUSPECTS_MAX = 3;

export const UNSUSPECTED: Suspects = { failedOn: [], diedOn: [], vanishedWith: [] };

/** How a worker ends that is killed by nobody: by what the electron does to it. */
const DEATHS: readonly FailureCode[] = ["worker_died", "out_of_memory"];

/**
 * Its lease's clock ran out on a session: the worker's fault or the link's, which only shows later. Not kept over a restart,
 * where no session is known any more.
 */
export type Lapse = { readonly identity: string; readonly session: string; readonly at: number };

export type FailedElectron = Timed & {
  readonly kind: "retry";
  readonly job: string;
  readonly electron: number;
  attempts: number;
  suspects: Suspects;
  lapse: Lapse | null;
  /** Until then (monotonic) those that it went wrong on leave it to others, when it is ready. */
  patientUntil: number;
  state: "waiting" | "ready" | "leased" | "dead" | "skipped";
};

export function freshFailure(job: string, electron: number): FailedElectron {
  const [deadline, queuedAt] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const [suspects, lapse, patientUntil] = [UNSUSPECTED, null, 0];
  return {
    kind: "retry",
    job,
    electron,
    attempts: 0,
    suspects,
    lapse,
    patientUntil,
    state: "leased",
    deadline,
    queuedAt,
  };
}

/** It failed on `identity`, too. */
export function withFailure(suspects: Suspects, identity: string, code: FailureCode): Suspects {
  const failedOn = withNewest(suspects.failedOn, identity);
  const diedOn = DEATHS.includes(code) ? withNewest(suspects.diedOn, identity) : suspects.diedOn;
  return { ...suspects, failedOn, diedOn };
}

/** `identity` vanished while it computed it. */
export function withVanishing(suspects: Suspects, identity: string): Suspects {
  return { ...suspects, vanishedWith: withNewest(suspects.vanishedWith, identity) };
}

/** Whether it kills workers wherever it runs. */
export function isPoison({ diedOn }: Suspects): boolean {
  return diedOn.length >= SUSPECTS_MAX;
}

/** Whether another identity than this one should have its next try. */
export function avoids({ suspects, lapse }: FailedElectron, identity: string): boolean {
  const { failedOn, vanishedWith } = suspects;
  return failedOn.includes(identity) || vanishedWith.includes(identity) || lapse?.identity === identity;
}

function withNewest(identities: readonly string[], identity: string): readonly string[] {
  return [...identities.filter((known) => known !== identity), identity].slice(-SUSPECTS_MAX);
}
