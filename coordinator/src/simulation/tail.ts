/**
 * The end of a job, in virtual time: twenty volunteers of about one speed, but for one that is twenty times slower and one that freezes
 * on the way, and electrons of mixed cost. How long the job takes, beside the time in which nobody would ever have waited.
 */
import assert from "node:assert/strict";
import { hasEnded } from "@valence/shared/job-state";
import { BLOCK_ELECTRONS_MAX } from "@valence/shared/limits";
import { type Policy, policy } from "@valence/shared/policy";
import type { Down } from "@valence/shared/protocol/down";
import type { Up } from "@valence/shared/protocol/up";
import type { CopyCounts } from "../core/twins.js";
import { Agenda } from "./agenda.js";
import { durationOf } from "./atom.js";
import { audit } from "./audit.js";
import { Chance } from "./chance.js";
import { SimulatedClient } from "./client.js";
import { SimulatedCoordinator } from "./coordinator.js";
import { mixedJob, type SimulatedJob } from "./jobs.js";

/** Virtual milliseconds from the submit to the end of the job; `ideal`: all work divided by all speed. */
export type TailTimes = {
  readonly makespanMs: number;
  readonly idealMs: number;
  readonly copies: Readonly<CopyCounts>;
};

export type TailOptions = {
  readonly seed: number;
  readonly electrons: number;
  /** Of one electron on an ordinary volunteer; one in ten takes ten times as long. */
  readonly electronMs: number;
  /** Without a second attempt there are no copies. */
  readonly policy?: Partial<Policy>;
};

/** Milliseconds that a volunteer takes for what takes an ordinary one 1 ms; and when it freezes, in virtual milliseconds. */
type Volunteer = { readonly slowness: number; readonly freezesAt: number };

const VOLUNTEERS = 20;
const SLOW = 20;
const JOB = "job";
/** An audit looks at each electron. */
const AUDIT_STEPS = 64;

export function liveToTheEnd(options: TailOptions): TailTimes {
  const { seed, electrons, electronMs } = options;
  const chance = new Chance(seed, 0);
  const job = mixedJob(JOB, { electrons, electronMs, policy: policy.parse(options.policy ?? {}), seed });
  const workMs = Array.from({ length: electrons }, (_, e) => durationOf(job.atom, e)).reduce((sum, ms) => sum + ms, 0);
  const volunteers = crew(chance, workMs);
  const end = new Ending(job, volunteers, chance);
  const makespanMs = end.run();
  return { makespanMs, idealMs: idealMs(volunteers, workMs), copies: end.copies };
}

function crew(chance: Chance, workMs: number): Volunteer[] {
  const slow = { slowness: SLOW, freezesAt: Number.POSITIVE_INFINITY };
  const usual = Array.from({ length: VOLUNTEERS - 2 }, () => ({ ...slow, slowness: chance.between(0.7, 1.4) }));
  const freezesAt = chance.between(0.5, 1) * idealMs([...usual, slow], workMs);
  return [slow, { slowness: 1, freezesAt }, ...usual];
}

/** When all work is done if nobody ever waits, and what a frozen volunteer was at is lost to nobody. */
function idealMs(volunteers: readonly Volunteer[], workMs: number): number {
  const speedOf = (of: readonly Volunteer[]) => of.reduce((sum, { slowness }) => sum + 1 / slowness, 0);
  const withAll = workMs / speedOf(volunteers);
  const frozen = volunteers.filter(({ freezesAt }) => freezesAt < withAll);
  const byFrozen = frozen.reduce((sum, { slowness, freezesAt }) => sum + freezesAt / slowness, 0);
  return (workMs - byFrozen) / speedOf(volunteers.filter((volunteer) => !frozen.includes(volunteer)));
}

/** A world without any other misfortune. */
class Ending {
  readonly #agenda = new Agenda();
  readonly #chance: Chance;
  readonly #coordinator: SimulatedCoordinator;
  readonly #clients = new Map<string, { readonly client: SimulatedClient; readonly freezesAt: number }>();
  /** When what was sent last comes, by who sends: links keep the order. */
  readonly #lanes = new Map<string, number>();
  readonly #job: SimulatedJob;

  constructor(job: SimulatedJob, volunteers: readonly Volunteer[], chance: Chance) {
    this.#job = job;
    this.#chance = chance;
    this.#coordinator = new SimulatedCoordinator(
      { agenda: this.#agenda, seed: 1, blockElectrons: BLOCK_ELECTRONS_MAX, jobs: new Map([[job.spec.id, job]]) },
      {
        send: (session, batch) => this.#send(`to ${session}`, () => this.#deliver(session, batch)),
        closeLink: (session) => this.#clients.delete(session),
        commitMs: () => chance.between(1, 10),
      },
    );
    this.#coordinator.start();
    for (const [i, volunteer] of volunteers.entries()) this.#join(`session${i}`, volunteer);
    this.#beat();
  }

  get copies(): CopyCounts {
    return { ...(this.#coordinator.grid?.tallies.copies ?? assert.fail()) };
  }

  /** Virtual milliseconds until the job has succeeded. */
  run(): number {
    const { tables } = this.#coordinator;
    this.#coordinator.submit(this.#job.spec.id);
    let status = tables.jobs.get(JOB)?.status;
    for (let steps = 1; !status || !hasEnded(status.state); steps++) {
      assert.ok(this.#agenda.next(), "nothing happens any more, and the job has not ended");
      const { grid } = this.#coordinator;
      if (grid && steps % AUDIT_STEPS === 0) audit(grid, this.#agenda.now);
      status = tables.jobs.get(JOB)?.status;
    }
    const kept = tables.jobs.get(JOB) ?? assert.fail();
    assert.equal(kept.status.state, "succeeded");
    assert.equal(
      kept.results.reduce((sum, { span }) => sum + span.to - span.from, 0),
      this.#job.spec.input.total,
    );
    return this.#agenda.now;
  }

  #join(session: string, { slowness, freezesAt }: Volunteer): void {
    const client = new SimulatedClient(1, slowness, {
      now: () => this.#agenda.now,
      after: (ms, then) => this.#agenda.after(ms, () => this.#awake(session, then)),
      send: (batch) => this.#send(`from ${session}`, () => this.#hear(session, batch)),
      atomOf: () => this.#job.atom,
      left: () => {},
      dice: () => 1,
      broken: () => false,
      begun: () => {},
      crash: () => {},
    });
    this.#clients.set(session, { client, freezesAt });
    this.#coordinator.do((grid, now) =>
      grid.join({ session, identity: session, slots: 1, agent: "", owner: null }, now),
    );
    client.step({ type: "connected" });
  }

  /** Sent to a frozen one, or by it, things wait for ever. */
  #awake(session: string, then: () => void): void {
    const { freezesAt = 0 } = this.#clients.get(session) ?? {};
    if (this.#agenda.now < freezesAt) then();
  }

  #send(lane: string, arrive: () => void): void {
    const at = Math.max(this.#lanes.get(lane) ?? 0, this.#agenda.now + this.#chance.between(5, 40));
    this.#lanes.set(lane, at);
    this.#agenda.after(at - this.#agenda.now, arrive);
  }

  #deliver(session: string, batch: readonly Down[]): void {
    this.#awake(session, () => {
      for (const message of batch) this.#clients.get(session)?.client.step({ type: "message", message });
    });
  }

  #hear(session: string, batch: readonly Up[]): void {
    for (const message of batch) this.#coordinator.do((grid, now) => grid.receive(session, message, now));
  }

  #beat(): void {
    for (const session of this.#clients.keys()) this.#awake(session, () => this.#coordinator.heard(session));
    this.#agenda.after(5_000, () => this.#beat());
  }
}
