/** A volunteer on a bench, for tests: jobs and grants to give it, and what it did in answer, by slot and by message. */
import type { Down } from "../protocol/down.js";
import type { Failure, Part } from "../protocol/fields.js";
import type { Up } from "../protocol/up.js";
import type { VolunteerEffect, VolunteerEvent } from "./events.js";
import type { Grant, JobOrder } from "./held-lease.js";
import { Volunteer } from "./volunteer.js";

/** Of the jobs below. */
export const TIMEOUT_MS = 1_000;

/** A job of numbers, one an electron. */
export function jobOrder(over: Partial<JobOrder> = {}): JobOrder {
  const shape = { kind: "range", from: 0, chunk: 1, total: 1_000_000 } as const;
  const order = { job: "j1", atom: "a1", own: true, seed: 1, timeoutMs: TIMEOUT_MS, once: false, params: null, shape };
  return { type: "job", ...order, ...over };
}

/** A grant for slot 0. */
export function grantOf(lease: number, over: Partial<Grant> = {}): Grant {
  return { type: "grant", lease, job: "j1", slot: 0, from: 0, to: 10, attempt: 1, payloads: null, ...over };
}

/** Outcomes of `count` electrons, `bytes` long. */
export function partOf(count: number, bytes = 8): Part {
  return { count, micros: new Uint8Array(4 * count), values: new Uint8Array(bytes) };
}

/** A failure that may be tried again. */
export function failureWith(code: Failure["code"], message = "boom"): Failure {
  return { code, message, stack: null, retryable: true, retryAfterMs: null };
}

/** Time goes by hand; each call gives what the volunteer then wants done. */
export class Bench {
  readonly volunteer: Volunteer;
  /** Monotonic milliseconds. */
  now = 1_000;

  constructor(options: { slots?: number; job?: JobOrder } = {}) {
    this.volunteer = new Volunteer(options.slots ?? 1);
    this.step({ type: "connected" });
    this.hear(options.job ?? jobOrder());
  }

  step(event: VolunteerEvent, now: number = this.now): VolunteerEffect[] {
    this.now = now;
    return this.volunteer.step(event, now);
  }

  hear(message: Down): VolunteerEffect[] {
    return this.step({ type: "message", message });
  }

  /** Grants the leases and lets the slot's worker open, so that the first one runs. */
  running(...grants: readonly Grant[]): VolunteerEffect[] {
    for (const grant of grants) this.hear(grant);
    return this.step({ type: "opened", slot: grants[0]?.slot ?? 0 });
  }

  part(count: number, bytes?: number): VolunteerEffect[] {
    return this.step({ type: "part", slot: 0, part: partOf(count, bytes) });
  }

  lost(code: Failure["code"] = "worker_died"): VolunteerEffect[] {
    return this.step({ type: "lost", slot: 0, code, message: "boom" });
  }

  /** Lets the time of the next deadline come, and says what happened then. */
  late(): VolunteerEffect[] {
    return this.step({ type: "tick" }, this.volunteer.nextDeadline());
  }
}

/** What was to be sent, in order. */
export function sent(effects: readonly VolunteerEffect[]): Up[] {
  return effects.flatMap((effect) => (effect.type === "send" ? [effect.message] : []));
}

/** What the worker of the slot was told, such as `run 3..10`. */
export function orders(effects: readonly VolunteerEffect[]): string[] {
  return effects.flatMap((effect) => {
    if (effect.type === "send" || effect.type === "left") return [];
    return effect.type === "run" ? [`run ${effect.from}..${effect.to}`] : [effect.type];
  });
}
