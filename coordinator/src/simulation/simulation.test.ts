import { JOB_STATES } from "@valence/shared/job-state";
import { electronsOf } from "@valence/shared/shape";
import type { Value } from "@valence/shared/value";
import { decodeValue } from "@valence/shared/value-codec";
import { expect, test } from "vitest";
import { reducerOf } from "../core/reduce/reducer-of.js";
import { stoppedEarly } from "../core/stop.js";
import { serialResult } from "./jobs.js";
import { World } from "./world.js";

/** What was committed of every ended job is what a single thread makes of the same electrons, each counted once. */
function expectTruth(world: World): void {
  for (const job of world.jobs.values()) {
    const kept = world.coordinator.tables.jobs.get(job.spec.id)!;
    const { status } = kept;
    const chunk = status.chunk ?? 1;
    expect(status.done + status.dead + status.skipped).toBe(job.spec.input.total);
    const electrons = kept.results.flatMap(({ span }) =>
      Array.from({ length: span.to - span.from }, (_, i) => span.from + i),
    );
    if (job.spec.keep) expect(new Set(electrons).size).toBe(electrons.length);
    if (job.spec.keep)
      expect(electrons.reduce((sum, e) => sum + Math.min(chunk, job.spec.input.total - e * chunk), 0)).toBe(
        status.done,
      );
    const all = Array.from({ length: electronsOf(job.spec.input.total, chunk) }, (_, e) => e);
    const done = job.spec.keep ? electrons.sort((a, b) => a - b) : all;
    if (job.spec.reduce === null || (!job.spec.keep && status.done < job.spec.input.total)) continue;
    const reducer = reducerOf(job.spec.reduce);
    const aggregate = status.aggregate ? reducer.read(reducer.unpack(decodeValue(status.aggregate))) : null;
    expect(aggregate).toStrictEqual(serialResult(job, done));
  }
}

/** What was told of a job is what became of it, through all crashes. */
function expectEvents({ coordinator }: World): void {
  for (const { status, events, blocks, electrons } of coordinator.tables.jobs.values()) {
    const told = [...events.values()];
    expect(told.map(({ number }) => number)).toEqual(told.map((_, i) => i + 1));
    const states = told.map(({ kind }) => kind).filter((kind) => (JOB_STATES as readonly string[]).includes(kind));
    expect(states.at(-1)).toBe(status.state);
    expect(told.filter(({ kind }) => kind === "block").length).toBe(blocks.size);
    const buried = new Set(
      told.flatMap(({ kind, body }) => (kind === "dead_letter" ? [JSON.parse(body).electron] : [])),
    );
    for (const { electron, state } of electrons.values()) if (state === "dead") expect(buried).toContain(electron);
  }
}

/** A job stops with the first commit that makes its mean known well enough, and with no other. */
function expectStops(world: World): void {
  for (const job of world.jobs.values()) {
    const { halfWidth } = job.spec.policy.stopWhen ?? {};
    if (halfWidth === undefined || !job.spec.keep) continue;
    const { status, results } = world.coordinator.tables.jobs.get(job.spec.id)!;
    const electrons: number[] = [];
    for (const [i, { span, at }] of results.entries()) {
      for (let electron = span.from; electron < span.to; electron++) electrons.push(electron);
      const next = results[i + 1];
      // Rows of one time may be of one report, which is looked at as a whole.
      if (next?.at === at) continue;
      const enough = electrons.length >= 30 && isNarrow(serialResult(job, electrons), halfWidth);
      if (next === undefined && status.skipped === 0) continue;
      if (enough) rare.stopped += 1;
      expect(enough).toBe(next === undefined && stoppedEarly(status));
    }
  }
}

/** An electron costs no more than three identities a worker, and is charged by vanishing only after as many vanished over it. */
function expectPoison({ coordinator, jobs, retried }: World): void {
  for (const [id, { policy }] of [...jobs].map(([id, { spec }]) => [id, spec] as const)) {
    const { electrons, failures, status } = coordinator.tables.jobs.get(id)!;
    if (status.error?.code === "deadline_exceeded") rare.overdue += 1;
    for (const { code } of failures) {
      if (code === "vanished") rare.vanished += 1;
      if (code === "unknown_outcome") rare.unknown += 1;
    }
    if (retried.has(id)) continue;
    for (const electron of new Set(failures.map((failure) => failure.electron))) {
      const own = failures.filter((failure) => failure.electron === electron);
      expect(own.length).toBeLessThanOrEqual(policy.attemptsMax);
      const died = new Set(own.filter(({ code }) => code === "worker_died").map(({ identity }) => identity));
      expect(died.size).toBeLessThanOrEqual(3);
      if (died.size < 3 || own.length === policy.attemptsMax) continue;
      rare.poisoned += 1;
      expect(electrons.get(electron)?.state).toBe("dead");
    }
  }
}

/** What must have happened somewhere in all worlds, or they show nothing of it. */
const rare = { stopped: 0, vanished: 0, poisoned: 0, overdue: 0, unknown: 0 };

function isNarrow(mean: Value, halfWidth: number): boolean {
  const { mean: middle, low, high } = mean as Record<string, number>;
  return (high! - low!) / 2 <= halfWidth * middle!;
}

function live(seed: number): World {
  const world = new World({ seed, clientsMax: 12, electronsMax: 300, stepsMax: 3_000 });
  world.run();
  return world;
}

test("[E1] [E2] [E4] [S5] [S10] [B5] [B6] [B7] [T1] [N1] 1,000 worlds: every job ends, nothing is lost or counted twice, and each invariant holds after every step", () => {
  for (let seed = 1; seed <= 1_000; seed++) {
    try {
      const world = live(seed);
      expectTruth(world);
      expectEvents(world);
      expectStops(world);
      expectPoison(world);
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
  for (const times of Object.values(rare)) expect(times).toBeGreaterThan(10);
}, 120_000);
