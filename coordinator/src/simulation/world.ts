/**
 * A whole grid in one thread from one seed: the real core, the real volunteer state machine and the store's model, under one
 * virtual clock, with a network that delays, repeats and cuts, clients that sleep, die and leave, slow commits, and a
 * coordinator that crashes with all that was not committed. After a sixth of the steps the faults stop, and every job must end.
 */
import assert from "node:assert/strict";
import { hasEnded } from "@valence/shared/job-state";
import type { Grid } from "../core/grid.js";
import { Agenda } from "./agenda.js";
import { audit, auditReasons, holdsNothing } from "./audit.js";
import { Chance } from "./chance.js";
import { SimulatedClient } from "./client.js";
import { SimulatedCoordinator } from "./coordinator.js";
import { type SimulatedJob, simulatedJob } from "./jobs.js";
import { Network, type Peer } from "./network.js";

export type WorldOptions = {
  readonly seed: number;
  readonly clientsMax: number;
  readonly electronsMax: number;
  readonly stepsMax: number;
};

export class World {
  readonly jobs = new Map<string, SimulatedJob>();
  readonly coordinator: SimulatedCoordinator;
  readonly #options: WorldOptions;
  readonly #agenda = new Agenda();
  readonly #chance: Chance;
  readonly #network: Network;
  readonly #peers = new Map<string, Peer>();
  readonly #broken = new Set<string>();
  /** Electrons that have begun, of jobs that let them do so once. */
  readonly #onlyOnce = new Set<string>();
  #people = 0;
  steps = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#chance = new Chance(options.seed, 0);
    for (let i = 0; i < this.#chance.int(1, 2); i++) {
      const job = simulatedJob(`job${i}`, Math.floor(options.electronsMax / 2), this.#chance);
      this.jobs.set(job.spec.id, job);
    }
    this.#network = new Network({
      agenda: this.#agenda,
      chance: this.#chance,
      calm: () => this.#calm,
      coordinator: () => this.coordinator,
      awake: (peer, then) => this.#awake(peer, then),
    });
    this.coordinator = new SimulatedCoordinator(
      { agenda: this.#agenda, seed: options.seed, blockElectrons: this.#chance.pick([8, 32, 300]), jobs: this.jobs },
      {
        send: (session, batch) => this.#network.down(this.#peers.get(session), batch),
        closeLink: (session) => this.#unlink(this.#peers.get(session)),
        commitMs: () =>
          this.#calm || this.#chance.hit(0.9) ? this.#chance.between(1, 10) : this.#chance.between(10, 30_000),
      },
    );
  }

  /** Runs until every job has ended; throws when an invariant breaks or the world does not come to rest. */
  run(): void {
    this.coordinator.start();
    for (const id of this.jobs.keys())
      this.#agenda.after(this.#chance.between(0, 500), () => this.coordinator.submit(id));
    for (let i = 0; i < this.#chance.int(1, this.#options.clientsMax); i++) {
      this.#agenda.after(this.#chance.between(0, 3_000), () => this.#newClient());
    }
    this.#agenda.after(500, () => this.#misfortune());
    this.#pings();
    while (!this.#finished()) {
      this.steps += 1;
      if (this.steps > this.#options.stepsMax) throw new Error(`the world is not at rest after ${this.steps} steps`);
      if (!this.#agenda.next()) throw new Error("nothing happens any more, and not every job has ended");
      const { grid, stopped, settled } = this.coordinator;
      if (grid && this.steps % 16 === 0) auditReasons(grid, this.coordinator.now());
      if (grid && !stopped) audit(grid, this.#agenda.now);
      if (grid && settled) this.#auditPeers(grid);
    }
  }

  /** Nothing is under way to or from such a client, and all it said is durable: then it has nothing to say again. */
  #auditPeers(grid: Grid): void {
    for (const { session, linked, underWay, careless, client } of this.#peers.values()) {
      if (linked && underWay === 0 && !careless && holdsNothing(grid, session))
        assert.ok(client.acknowledged, `what ${session} has reported is durable, and it was not told`);
    }
  }

  get #calm(): boolean {
    return this.steps > this.#options.stepsMax / 6;
  }

  #finished(): boolean {
    return [...this.jobs.keys()].every((id) => {
      const state = this.coordinator.tables.jobs.get(id)?.status.state;
      return state !== undefined && hasEnded(state);
    });
  }

  #newClient(identity = `identity${this.#people}`): void {
    const session = `session${this.#people++}`;
    const slots = this.#chance.int(1, 3);
    if (this.#chance.hit(0.08)) this.#broken.add(identity);
    const client = new SimulatedClient(slots, this.#chance.pick([0.5, 1, 1, 4]), {
      now: () => this.#agenda.now,
      after: (ms, then) => this.#agenda.after(ms, () => this.#awake(peer, then)),
      send: (batch) => this.#network.up(peer, batch),
      atomOf: (job) => this.#atomOf(job),
      left: () => this.#gone(peer),
      dice: () => (this.#calm ? 1 : this.#chance.random()),
      broken: () => !this.#calm && this.#broken.has(identity),
      begun: (job, electron) => this.#begun(job, electron),
      crash: () => this.#gone(peer),
    });
    const quiet = { epoch: 0, linked: false, asleepUntil: 0, alive: true, leaving: false, lastUp: 0, lastDown: 0 };
    const careless = this.#chance.hit(0.1);
    const peer: Peer = { session, identity, slots, client, ...quiet, underWay: 0, careless, said: [] };
    this.#peers.set(session, peer);
    this.#connect(peer);
  }

  /** What a client does: not when it is dead, and later when it sleeps. */
  #awake(peer: Peer, then: () => void): void {
    if (!peer.alive) return;
    const wait = peer.asleepUntil - this.#agenda.now;
    if (wait > 0) this.#agenda.after(wait, () => this.#awake(peer, then));
    else then();
  }

  /** Everyone who is awake gives a sign of life. */
  #pings(): void {
    const { coordinator } = this;
    for (const { session, linked, asleepUntil } of this.#peers.values()) {
      if (linked && asleepUntil <= this.#agenda.now) coordinator.heard(session);
    }
    this.#agenda.after(5_000, () => this.#pings());
  }

  #connect(peer: Peer): void {
    const epoch = ++peer.epoch;
    this.#agenda.after(this.#chance.between(20, 2_000), () => {
      if (!peer.alive || peer.epoch !== epoch) return;
      if (!this.coordinator.welcoming || peer.asleepUntil > this.#agenda.now) {
        this.#connect(peer);
        return;
      }
      peer.linked = true;
      peer.lastUp = peer.lastDown = this.#agenda.now;
      const { session, identity, slots } = peer;
      this.#network.down(peer, [{ type: "welcome" }]);
      this.coordinator.do((grid, now) => grid.join({ session, identity, slots, agent: "", owner: "owner" }, now));
    });
  }

  /** The link is lost; the client finds out when it is awake, and comes back. */
  #unlink(peer: Peer | undefined): void {
    if (!peer?.linked) return;
    peer.linked = false;
    peer.epoch += 1;
    this.#awake(peer, () => {
      if (peer.linked) return;
      peer.client.step({ type: "disconnected" });
      this.#connect(peer);
    });
  }

  #cut(peer: Peer): void {
    const seen = peer.linked && this.#chance.hit(0.7); // else the coordinator finds out by silence
    this.#unlink(peer);
    if (seen) this.coordinator.do((grid, now) => grid.cut(peer.session, now));
  }

  #gone(peer: Peer): void {
    peer.alive = false;
    peer.epoch += 1;
    this.#peers.delete(peer.session);
    // Now and then nobody hears of it, and its silence must tell.
    if (peer.linked && this.#chance.hit(0.8)) this.coordinator.do((grid, now) => grid.cut(peer.session, now));
    peer.linked = false;
    const identity = this.#chance.hit(0.5) ? peer.identity : undefined;
    if (this.#chance.hit(0.8)) this.#agenda.after(this.#chance.between(0, 5_000), () => this.#newClient(identity));
  }

  #atomOf(id: string): SimulatedJob["atom"] {
    const job = this.jobs.get(id);
    if (!job) throw new Error(`a client works on ${id}, which nobody submitted`);
    return job.atom;
  }

  #begun(job: string, electron: number): void {
    if (this.jobs.get(job)?.spec.policy.delivery !== "at-most-once" || this.coordinator.retried.has(job)) return;
    const key = `${job} ${electron}`;
    if (this.#onlyOnce.has(key)) throw new Error(`electron ${electron} of ${job} begins a second time`);
    this.#onlyOnce.add(key);
  }

  #misfortune(): void {
    if (this.#calm) {
      this.#heal();
      return;
    }
    const peers = [...this.#peers.values()];
    const peer = peers[this.#chance.int(0, Math.max(0, peers.length - 1))];
    const dice = this.#chance.random();
    if (dice < 0.02) this.#crash();
    else if (dice < 0.03) this.#drain();
    else if (dice < 0.05) this.coordinator.stop(this.#chance.pick([500, 8_000, 40_000]));
    else if (dice < 0.13) this.#operate();
    else if (peer) this.#strike(peer, dice);
    this.#agenda.after(this.#chance.between(50, 3_000), () => this.#misfortune());
  }

  /** It is told to stop, and stops once nothing more is to come back, whatever is not durable by then. */
  #drain(): void {
    const { grid } = this.coordinator;
    this.coordinator.do((current, now) => current.drain(now));
    if (grid) this.#agenda.after(1_000, () => this.#stopDrained(grid, 3));
  }

  #stopDrained(grid: Grid, looks: number): void {
    const { coordinator } = this;
    if (coordinator.grid !== grid) return;
    if (grid.drained) this.#crash();
    else if (looks === 0) throw new Error("a coordinator that was told to stop still waits for leases");
    else this.#agenda.after(1_000, () => this.#stopDrained(grid, coordinator.stopped ? looks : looks - 1));
  }

  #crash(): void {
    this.coordinator.crash();
    for (const peer of this.#peers.values()) this.#unlink(peer);
    this.#agenda.after(this.#chance.pick([50, 2_000, 20_000]), () => {
      if (!this.coordinator.grid) this.coordinator.start();
    });
  }

  #strike(peer: Peer, dice: number): void {
    if (dice < 0.4) this.#cut(peer);
    else if (dice < 0.55) peer.asleepUntil = this.#agenda.now + this.#chance.pick([500, 8_000, 40_000]);
    else if (dice < 0.65) this.#gone(peer);
    else if (dice < 0.75 && !peer.leaving) {
      peer.leaving = true;
      const mode = this.#chance.pick<"now" | "finish">(["now", "finish"]);
      this.#awake(peer, () => peer.client.step({ type: "stop", mode }));
    }
  }

  /** People pause, resume and retry jobs, and now and then cancel one. */
  #operate(): void {
    const id = this.#chance.pick(["job0", "job1"]);
    const often = ["pause", "resume", "pause", "resume", "retry", "retry"] as const;
    const type = this.#chance.hit(0.03) ? "cancel" : this.#chance.pick([...often]);
    this.coordinator.control(id, type === "retry" ? { type, electron: null } : { type });
  }

  /** The faults stop: everyone wakes, jobs go on, and there is somebody to work on them. */
  #heal(): void {
    for (const peer of this.#peers.values()) peer.asleepUntil = Math.min(peer.asleepUntil, this.#agenda.now);
    for (const { spec, state } of [...(this.coordinator.grid?.jobs() ?? [])]) {
      if (state === "paused") this.coordinator.control(spec.id, { type: "resume" });
    }
    if (![...this.#peers.values()].some((peer) => !peer.leaving)) this.#newClient();
    this.#agenda.after(10_000, () => this.#heal());
  }
}
