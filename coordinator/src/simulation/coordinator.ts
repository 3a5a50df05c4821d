/** A simulated coordinator: the real core over the model of a store, with a slow disk, a timer, and crashes that lose all that was not committed. */
import { hasEnded } from "@valence/shared/job-state";
import type { Down } from "@valence/shared/protocol/down";
import type { Effect } from "../core/effects.js";
import { type Control, Grid } from "../core/grid.js";
import type { Now } from "../core/now.js";
import type { Write } from "../core/writes.js";
import { MemoryTables, savedJob } from "../store/memory-tables.js";
import type { Agenda, Plan } from "./agenda.js";
import { Chance } from "./chance.js";
import type { SimulatedJob } from "./jobs.js";
import { WALL_0 } from "./wall.js";

export type CoordinatorPort = {
  send(session: string, batch: readonly Down[]): void;
  closeLink(session: string): void;
  /** How long the next group of commits takes. */
  commitMs(): number;
};

export class SimulatedCoordinator {
  /** What survives a crash. */
  readonly tables = new MemoryTables();
  /** Jobs whose dead letters got all their attempts again. */
  readonly retried = new Set<string>();
  /** Null while it is down. */
  grid: Grid | null = null;
  readonly #agenda: Agenda;
  readonly #seed: number;
  readonly #blockElectrons: number;
  readonly #jobs: ReadonlyMap<string, SimulatedJob>;
  readonly #port: CoordinatorPort;
  #boot = 0;
  #tick: Plan | null = null;
  /** What came while it was stopped; null while it runs. */
  #missed: ((grid: Grid, now: Now) => Effect[])[] | null = null;
  #commits: { readonly id: number; readonly writes: readonly Write[] }[] = [];
  #committing = false;

  constructor(
    options: { agenda: Agenda; seed: number; blockElectrons: number; jobs: ReadonlyMap<string, SimulatedJob> },
    port: CoordinatorPort,
  ) {
    this.#agenda = options.agenda;
    this.#seed = options.seed;
    this.#blockElectrons = options.blockElectrons;
    this.#jobs = options.jobs;
    this.#port = port;
  }

  now(): Now {
    return { mono: this.#agenda.now, wall: WALL_0 + this.#agenda.now };
  }

  start(): void {
    this.#boot += 1;
    const { random } = new Chance(this.#seed, this.#boot);
    const grid = new Grid({ boot: this.#boot, random, blockElectrons: this.#blockElectrons });
    this.grid = grid;
    this.#commits = [];
    this.#committing = false;
    for (const [id, { spec }] of this.#jobs) {
      const job = this.tables.jobs.get(id);
      if (!job || hasEnded(job.status.state)) continue;
      this.do(() => grid.restore(spec, fitOf, savedJob(this.tables, job), this.now()));
    }
  }

  crash(): void {
    this.grid = null;
    this.#missed = null;
  }

  /** Stops it for a while, as SIGSTOP does: whatever comes waits, and its clock runs on. */
  stop(ms: number): void {
    const { grid } = this;
    if (!grid || this.#missed) return;
    this.#missed = [];
    this.#agenda.after(ms, () => {
      if (this.grid !== grid) return;
      const missed = this.#missed ?? [];
      this.#missed = null;
      for (const act of [(current: Grid, now: Now) => current.tick(now), ...missed]) this.do(act);
    });
  }

  /** Up, and not about to stop: else it lets nobody in. */
  get welcoming(): boolean {
    return this.grid !== null && !this.grid.audit.draining;
  }

  /** Up, and all that it was to write is written. */
  get settled(): boolean {
    return this.grid?.settled === true && !this.stopped;
  }

  get stopped(): boolean {
    return this.#missed !== null;
  }

  /** A submit that is not acknowledged is repeated. */
  submit(id: string): void {
    const job = this.#jobs.get(id);
    if (!job || this.tables.jobs.has(id)) return;
    this.do((grid, now) => (grid.job(id) ? [] : grid.submit({ ...job, fit: fitOf }, now)));
    this.#agenda.after(5_000, () => this.submit(id));
  }

  /** A sign of life. */
  heard(session: string): void {
    this.do((grid, now) => {
      grid.heard(session, now);
      return [];
    });
  }

  /** What people do to a job, unless it has ended or has nothing to retry. */
  control(id: string, control: Control): void {
    this.do((grid, now) => {
      const job = grid.job(id);
      if (!job || hasEnded(job.state)) return [];
      if (control.type === "retry" && !job.electrons?.counts.dead) return [];
      if (control.type === "retry") this.retried.add(id);
      return grid.control(id, control, null, now);
    });
  }

  /** One step of the core, if it is up; its effects are performed. */
  do(act: (grid: Grid, now: Now) => Effect[]): void {
    const { grid } = this;
    if (!grid) return;
    if (this.#missed) {
      this.#missed.push(act);
      return;
    }
    const batches = new Map<string, Down[]>();
    for (const effect of act(grid, this.now())) {
      if (effect.type === "commit") this.#commits.push(effect);
      else if (effect.type === "close") this.#port.closeLink(effect.session);
      else batches.set(effect.session, [...(batches.get(effect.session) ?? []), completed(effect.message)]);
    }
    for (const [session, batch] of batches) this.#port.send(session, batch);
    this.#commit(grid);
    this.#setTimer(grid);
  }

  #setTimer(grid: Grid): void {
    const at = grid.nextDeadline();
    if (this.#tick && !this.#tick.cancelled && this.#tick.at <= at) return;
    if (this.#tick) this.#tick.cancelled = true;
    this.#tick =
      at === Number.POSITIVE_INFINITY ? null : this.#agenda.after(at - this.#agenda.now, () => this.#ticked());
  }

  #ticked(): void {
    this.#tick = null;
    this.do((current, now) => current.tick(now));
  }

  /** One group at a time; what comes meanwhile makes the next. */
  #commit(grid: Grid): void {
    if (this.#committing || this.#commits.length === 0) return;
    this.#committing = true;
    const group = this.#commits.splice(0);
    this.#agenda.after(this.#port.commitMs(), () => {
      if (this.grid !== grid) return; // it crashed before
      this.tables.apply(group.flatMap(({ writes }) => writes));
      this.#committing = false;
      const last = group[group.length - 1]?.id ?? 0;
      this.do((current, now) => current.committed(last, now));
    });
  }
}

type Outgoing = Extract<Effect, { type: "send" }>["message"];

function completed(message: Outgoing): Down {
  return message.type === "grant" ? { ...message, payloads: null } : message;
}

/** Leases of lists are cut by bytes; here every 64 electrons are as much as one message holds. */
function fitOf(from: number, to: number): number {
  return Math.min(to, from + 64);
}
