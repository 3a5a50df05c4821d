/** A world from its seed to its end, and what must hold of it then: it fails with an assertion, or with what broke on the way. */
import assert from "node:assert/strict";
import { JOB_STATES } from "@valence/shared/job-state";
import { electronsOf } from "@valence/shared/shape";
import type { Value } from "@valence/shared/value";
import { decodeValue } from "@valence/shared/value-codec";
import { reducerOf } from "../core/reduce/reducer-of.js";
import { stoppedEarly } from "../core/stop.js";
import { outcomeOf } from "./atom.js";
import { serialResult } from "./jobs.js";
import { World } from "./world.js";

/** What came to pass in it is added to `rare`. @throws Error, with the seed, for a world that is not as it must be */
export function liveThrough(seed: number): void {
  try {
    const world = new World({ seed, clientsMax: 12, electronsMax: 300, stepsMax: 6_000 });
    world.run();
    expectTruth(world);
    expectEvents(world);
    expectStops(world);
    expectPoison(world);
    countCopies(world);
    expectCharges(world);
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/** What was committed of every ended job is what a single thread makes of the same electrons, each counted once. */
function expectTruth(world: World): void {
  for (const job of world.jobs.values()) {
    const kept = world.coordinator.tables.jobs.get(job.spec.id) ?? assert.fail();
    const { status } = kept;
    const chunk = status.chunk ?? 1;
    assert.equal(status.done + status.dead + status.skipped, job.spec.input.total);
    const electrons = kept.results.flatMap(({ span }) =>
      Array.from({ length: span.to - span.from }, (_, i) => span.from + i),
    );
    if (job.spec.keep) assert.equal(new Set(electrons).size, electrons.length);
    if (job.spec.keep)
      assert.equal(
        electrons.reduce((sum, e) => sum + Math.min(chunk, job.spec.input.total - e * chunk), 0),
        status.done,
      );
    const all = Array.from({ length: electronsOf(job.spec.input.total, chunk) }, (_, e) => e);
    const done = job.spec.keep ? electrons.sort((a, b) => a - b) : all;
    if (job.spec.reduce === null || (!job.spec.keep && status.done < job.spec.input.total)) continue;
    const reducer = reducerOf(job.spec.reduce);
    const aggregate = status.aggregate ? reducer.read(reducer.unpack(decodeValue(status.aggregate))) : null;
    assert.deepStrictEqual(aggregate, serialResult(job, done), "an aggregate is not that of a single thread");
  }
}

/** What was told of a job is what became of it, through all crashes. */
function expectEvents({ coordinator }: World): void {
  for (const { status, events, blocks, electrons } of coordinator.tables.jobs.values()) {
    const told = [...events.values()];
    assert.deepEqual(
      told.map(({ number }) => number),
      told.map((_, i) => i + 1),
    );
    const states = told.map(({ kind }) => kind).filter((kind) => (JOB_STATES as readonly string[]).includes(kind));
    assert.equal(states.at(-1), status.state);
    assert.equal(told.filter(({ kind }) => kind === "block").length, blocks.size);
    const buried = new Set(
      told.flatMap(({ kind, body }) => (kind === "dead_letter" ? [JSON.parse(body).electron] : [])),
    );
    for (const { electron, state } of electrons.values()) if (state === "dead") assert.ok(buried.has(electron));
  }
}

/** A job stops with the first commit that makes its mean known well enough, and with no other. */
function expectStops(world: World): void {
  for (const job of world.jobs.values()) {
    const { halfWidth } = job.spec.policy.stopWhen ?? {};
    if (halfWidth === undefined || !job.spec.keep) continue;
    const { status, results } = world.coordinator.tables.jobs.get(job.spec.id) ?? assert.fail();
    const electrons: number[] = [];
    for (const [i, { span, at }] of results.entries()) {
      for (let electron = span.from; electron < span.to; electron++) electrons.push(electron);
      const next = results[i + 1];
      // Rows of one time may be of one report, which is looked at as a whole.
      if (next?.at === at) continue;
      const enough: boolean = electrons.length >= 30 && isNarrow(serialResult(job, electrons), halfWidth);
      if (next === undefined && status.skipped === 0) continue;
      if (enough) rare.stopped += 1;
      assert.equal(enough, next === undefined && stoppedEarly(status));
    }
  }
}

/** An electron costs no more than three identities a worker, and is charged by vanishing only after as many vanished over it. */
function expectPoison({ coordinator, jobs }: World): void {
  for (const [id, { policy }] of [...jobs].map(([id, { spec }]) => [id, spec] as const)) {
    const { electrons, failures, status } = coordinator.tables.jobs.get(id) ?? assert.fail();
    if (status.error?.code === "deadline_exceeded") rare.overdue += 1;
    for (const { code } of failures) {
      if (code === "vanished") rare.vanished += 1;
      if (code === "unknown_outcome") rare.unknown += 1;
    }
    if (coordinator.retried.has(id)) continue;
    for (const electron of new Set(failures.map((failure) => failure.electron))) {
      const own = failures.filter((failure) => failure.electron === electron);
      assert.ok(own.length <= policy.attemptsMax);
      const died = new Set(own.filter(({ code }) => code === "worker_died").map(({ identity }) => identity));
      assert.ok(died.size <= 3);
      if (died.size < 3 || own.length === policy.attemptsMax) continue;
      rare.poisoned += 1;
      assert.equal(electrons.get(electron)?.state, "dead");
    }
  }
}

/** Of the coordinator's last start. */
function countCopies({ coordinator }: World): void {
  const { granted, won, lost } = coordinator.grid?.tallies.copies ?? assert.fail();
  rare.copied += granted;
  rare.won += won;
  rare.lost += lost;
}

/** Of what runs as often as it must, only an electron that kills its worker is charged for a dead one. */
function expectCharges({ coordinator, jobs }: World): void {
  for (const [id, { spec, atom }] of jobs) {
    if (spec.policy.delivery === "at-most-once") continue;
    for (const { code, electron, attempt } of coordinator.tables.jobs.get(id)?.failures ?? [])
      if (code === "worker_died")
        assert.equal(outcomeOf(atom, electron, attempt).type, "death", "an electron is charged that killed no worker");
  }
}

/** What must have happened somewhere in all worlds, or they show nothing of it. */
export const rare = { stopped: 0, vanished: 0, poisoned: 0, overdue: 0, unknown: 0, copied: 0, won: 0, lost: 0 };

function isNarrow(mean: Value, halfWidth: number): boolean {
  const { mean: middle, low, high } = mean as Record<string, number>;
  return (Number(high) - Number(low)) / 2 <= halfWidth * Number(middle);
}
