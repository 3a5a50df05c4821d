/** A volunteer among workers that die and a coordinator that grants, revokes, forgets and vanishes, all from one seed. */
import { expect, test } from "vitest";
import type { Up } from "../protocol/up.js";
import { seededRandom } from "../random.js";
import type { VolunteerEffect, VolunteerEvent } from "./events.js";
import { failureWith, grantOf, jobOrder, partOf } from "./fixtures.js";
import type { Grant } from "./held-lease.js";
import type { Report } from "./outbox.js";
import { Volunteer } from "./volunteer.js";

const SLOTS = 2;
const JOBS = ["j1", "j2"];

type WorkerState = "none" | "opening" | "idle" | "running" | "probing";
type Worker = { state: WorkerState; lease: number; next: number; to: number; halting: boolean };
/** A lease as the coordinator may still expect it: what it was told of and whether it is over. */
type Lease = { grant: Grant; reported: number; over: boolean };

class World {
  readonly random: () => number;
  readonly volunteer = new Volunteer(SLOTS);
  readonly workers: Worker[] = Array.from({ length: SLOTS }, () => ({
    state: "none",
    lease: 0,
    next: 0,
    to: 0,
    halting: false,
  }));
  readonly leases = new Map<number, Lease>();
  readonly heard = new Set<Report>();
  linked = false;
  left = false;
  now = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed, 0);
    this.link(true);
  }

  below(n: number): number {
    return Math.floor(this.random() * n);
  }

  step(event: VolunteerEvent): void {
    for (const effect of this.volunteer.step(event, this.now)) this.perform(effect);
    for (const { state, lease } of this.workers)
      if (state === "running") expect(this.leases.get(lease)?.over).toBe(false);
  }

  perform(effect: VolunteerEffect): void {
    if (effect.type === "left") this.left = true;
    else if (effect.type === "send") this.hear(effect.message);
    else this.order(this.workers[effect.slot]!, effect);
  }

  /** Asserts that a worker is told only what it can do. */
  order(worker: Worker, effect: Exclude<VolunteerEffect, { type: "send" | "left" }>): void {
    const from = { open: ["none"], run: ["idle"], probe: ["idle"], halt: ["running"] } as const;
    if (effect.type === "close") expect(worker.state).not.toBe("none");
    else expect(from[effect.type]).toContain(worker.state);
    const to = { open: "opening", close: "none", run: "running", probe: "probing", halt: "running" } as const;
    worker.state = to[effect.type];
    if (effect.type === "run")
      Object.assign(worker, { lease: effect.grant.lease, next: effect.from, to: effect.to, halting: false });
    if (effect.type === "halt") worker.halting = true;
  }

  /** Asserts that reports of a lease follow each other without a gap and end where the lease ends. */
  hear(message: Up): void {
    expect(this.linked).toBe(true);
    const lease = "lease" in message ? this.leases.get(message.lease) : undefined;
    if (message.type === "return" && lease) lease.over = true;
    if (message.type === "decline") this.endAll((grant) => jobOf(grant.job).atom === message.atom);
    if (message.type === "holding") this.endAll(({ lease }) => !message.leases.includes(lease));
    if (message.type !== "report" || !lease || this.heard.has(message)) return;
    this.heard.add(message);
    expect(message.first).toBe(lease.reported);
    lease.reported = message.parts.reduce((end, part) => end + part.count, message.first);
    expect(lease.reported).toBeLessThanOrEqual(lease.grant.to);
    if (message.failure) expect(lease.reported).toBeLessThan(lease.grant.to);
    if (message.failure || lease.reported === lease.grant.to) lease.over = true;
    if (this.random() < 0.8) this.acknowledge(message);
  }

  acknowledge({ lease, failure }: Report): void {
    const reported = (this.leases.get(lease)?.reported ?? 0) + (failure ? 1 : 0);
    void Promise.resolve().then(() => this.step({ type: "message", message: { type: "ack", lease, reported } }));
  }

  endAll(gone: (grant: Grant) => boolean): void {
    for (const lease of this.leases.values()) if (gone(lease.grant)) lease.over = true;
  }

  link(up: boolean): void {
    this.linked = up;
    this.step({ type: up ? "connected" : "disconnected" });
    if (up) for (const job of JOBS) this.step({ type: "message", message: jobOf(job) });
  }

  grant(): void {
    const from = this.below(100);
    const job = JOBS[this.below(JOBS.length)]!;
    const grant = grantOf(this.leases.size + 1, { slot: this.below(SLOTS), job, from, to: from + 1 + this.below(20) });
    this.leases.set(grant.lease, { grant, reported: from, over: false });
    this.step({ type: "message", message: grant });
  }

  coordinate(): void {
    const lease = 1 + this.below(this.leases.size + 1);
    const kill = this.random() < 0.5;
    const pick = this.below(10);
    if (pick < 5) this.grant();
    else if (pick < 7) {
      if (kill && this.leases.has(lease)) this.leases.get(lease)!.over = true;
      this.step({ type: "message", message: { type: "revoke", lease, kill, code: "job_ended" } });
    } else if (pick < 8) this.step({ type: "message", message: { type: "probe", job: "j1", slot: this.below(SLOTS) } });
    else if (pick < 9) {
      this.endAll((grant) => grant.job === "j2");
      this.step({ type: "message", message: { type: "forget", job: "j2" } });
      this.step({ type: "message", message: jobOf("j2") });
    }
  }

  work(slot: number, faults: number): void {
    const worker = this.workers[slot]!;
    if (worker.state !== "none" && worker.state !== "idle" && this.random() < faults) {
      if (this.random() < 0.3) this.wreck();
      else {
        worker.state = "none";
        this.step({ type: "lost", slot, code: "worker_died", message: "boom" });
      }
    } else if (worker.state === "opening") this.opens(worker, slot, faults);
    else if (worker.state === "probing") {
      worker.state = "idle";
      this.step({ type: "probed", slot, items: 1, elapsedMs: 1 });
    } else if (worker.state === "running") this.runs(worker, slot, faults);
  }

  /** All workers at once, as when the process dies that their frames share. */
  wreck(): void {
    const busy = this.workers.flatMap(({ state }, slot) => (state === "none" ? [] : [slot]));
    for (const slot of busy) this.workers[slot]!.state = "none";
    for (const slot of busy) if (this.workers[slot]!.state === "none") this.step({ type: "wrecked", slot });
  }

  opens(worker: Worker, slot: number, faults: number): void {
    const declines = this.random() < faults / 4;
    if (!declines) worker.state = "idle";
    this.step(declines ? { type: "declined", slot, code: "foreign_atom", message: "no" } : { type: "opened", slot });
  }

  runs(worker: Worker, slot: number, faults: number): void {
    if (this.random() < faults) {
      worker.state = "idle";
      this.step({ type: "failed", slot, failure: failureWith("error") });
    } else if (worker.halting && this.random() < 0.5) {
      worker.state = "idle";
      this.step({ type: "halted", slot });
    } else {
      const count = 1 + this.below(worker.to - worker.next);
      worker.next += count;
      if (worker.next === worker.to) worker.state = "idle";
      this.step({ type: "part", slot, part: partOf(count) });
    }
  }

  tick(): void {
    this.now = Math.max(this.now, Math.min(this.volunteer.nextDeadline(), this.now + 500));
    this.step({ type: "tick" });
  }
}

function jobOf(job: string) {
  return jobOrder({ job, atom: `atom of ${job}` });
}

async function live(world: World, steps: number): Promise<void> {
  for (let i = 0; i < steps; i++) {
    const pick = world.below(20);
    if (pick < 6 && world.linked) world.coordinate();
    else if (pick < 7) world.link(!world.linked);
    else if (pick < 9) world.tick();
    else world.work(world.below(SLOTS), 0.05);
    await null; // what was acknowledged arrives
  }
}

/** No more faults: the link is up, what was not acknowledged is, and workers do their work. */
async function settle(world: World): Promise<void> {
  world.link(true);
  for (const report of world.heard) world.acknowledge(report);
  for (let i = 0; i < 400; i++) {
    for (let slot = 0; slot < SLOTS; slot++) world.work(slot, 0);
    world.tick();
    await null;
  }
  for (const report of world.heard) world.acknowledge(report);
  await null;
}

test("whatever happens, workers do what they can and should, reports have no gaps, and in the end nothing is held", async () => {
  for (let seed = 0; seed < 150; seed++) {
    const world = new World(seed);
    await live(world, 300);
    await settle(world);
    expect({ seed, idle: world.volunteer.idle }).toEqual({ seed, idle: true });
    expect({ seed, open: [...world.leases.values()].filter((lease) => !lease.over) }).toEqual({ seed, open: [] });
  }
});

test("and whenever it is asked to, it leaves", async () => {
  for (let seed = 0; seed < 100; seed++) {
    const world = new World(seed);
    await live(world, 100);
    world.step({ type: "stop", mode: seed % 2 ? "finish" : "now" });
    for (let i = 0; i < 400 && !world.left; i++) {
      world.work(world.below(SLOTS), 0.05);
      world.tick();
    }
    expect({ seed, left: world.left }).toEqual({ seed, left: true });
    expect(world.workers.map((worker) => worker.state)).toEqual(["none", "none"]);
  }
});
