/** A grid on a bench, for tests: time and commits go by hand, volunteers are lists of what they were told. */
import { packMicros, packValues } from "@valence/shared/pack";
import { policy } from "@valence/shared/policy";
import type { Failure } from "@valence/shared/protocol/fields";
import type { Up } from "@valence/shared/protocol/up";
import type { ReduceRule } from "@valence/shared/reduce-rule";
import type * as z from "zod";
import type { Effect, Outgoing } from "./effects.js";
import { type Control, Grid } from "./grid.js";
import type { JobInput, JobSpec } from "./job-spec.js";
import type { Kept } from "./restore.js";
import type { ElectronRow, GrantRow, JobStatus, ReportRow, Write } from "./writes.js";

export const WALL = 1_000_000;

export type SpecChanges = {
  readonly id?: string;
  readonly input?: JobInput;
  readonly reduce?: ReduceRule | null;
  readonly keep?: boolean;
  readonly policy?: z.input<typeof policy>;
  /** Wall-clock milliseconds; a bench begins at WALL. */
  readonly deadlineAt?: number;
};

export function specOf(changes: SpecChanges = {}): JobSpec {
  const { id = "j1", input = { kind: "list", total: 8 }, reduce = "sum", keep = false, deadlineAt = null } = changes;
  const atom = { atom: `atom-${id}`, atomOwner: "owner", owner: "owner", params: null };
  return {
    id,
    name: null,
    createdAt: 0,
    input,
    reduce,
    keep,
    private: false,
    policy: policy.parse(changes.policy ?? {}),
    seed: 1,
    deadlineAt,
    ...atom,
  };
}

export class Bench {
  readonly grid: Grid;
  /** Monotonic milliseconds. */
  now = 0;
  /** Everything committed, in order. */
  readonly written: Write[] = [];
  readonly #told = new Map<string, Outgoing[]>();
  #waiting: Extract<Effect, { type: "commit" }>[] = [];

  constructor(boot = 1) {
    this.grid = new Grid({ boot, random: () => 0.5 });
  }

  submit(changes: SpecChanges = {}): JobSpec {
    const spec = specOf(changes);
    const { id, name, atom, owner, createdAt } = spec;
    const record = { id, name, atom, owner, createdAt, spec: new Uint8Array(), list: null, upload: null };
    this.#perform(this.grid.submit({ spec, record, fit: (_, to) => to }, this.#time()));
    return spec;
  }

  /** Takes up what a store has kept. */
  restore(spec: JobSpec, kept: Kept): void {
    this.#perform(this.grid.restore(spec, (_, to) => to, kept, this.#time()));
  }

  /** A volunteer comes, for the first time or again, and says what it holds: nothing, if nothing is said here. */
  join(session: string, options: { slots?: number; identity?: string; holding?: number[] } = {}): void {
    const { slots = 1, identity = session, holding = [] } = options;
    this.#perform(this.grid.join({ session, identity, slots, agent: "", owner: "owner" }, this.#time()));
    this.say(session, { type: "holding", leases: holding });
  }

  /** A volunteer that comes and begins its first lease at once; gives the lease. */
  begin(session: string, { commit = true }: { commit?: boolean } = {}): number {
    this.join(session);
    const { lease } = this.granted(session);
    this.say(session, { type: "start", lease });
    if (commit) this.commit();
    return lease;
  }

  /** A sign of life at a monotonic time. */
  beat(session: string, ms: number): void {
    this.grid.heard(session, { mono: ms, wall: WALL + ms });
    this.at(ms);
  }

  say(session: string, message: Up): void {
    this.#perform(this.grid.receive(session, message, this.#time()));
  }

  /** Reports results of the lease from its first unreported electron on, each of which took so long, as the volunteer says. */
  report(session: string, lease: number, first: number, values: readonly unknown[], eachMs = 0.001): void {
    const micros = packMicros(values.map(() => eachMs * 1_000));
    const part = { count: values.length, micros, values: packValues(values) };
    this.say(session, { type: "report", lease, first, parts: [part], failure: null });
  }

  fail(session: string, lease: number, first: number, changes: Partial<Failure> = {}): void {
    const whole: Failure = { code: "error", message: "boom", stack: null, retryable: true, retryAfterMs: null };
    const failure = { ...whole, ...changes };
    this.say(session, { type: "report", lease, first, parts: [], failure });
  }

  part(session: string): void {
    this.#perform(this.grid.part(session, this.#time()));
  }

  cut(session: string): void {
    this.#perform(this.grid.cut(session, this.#time()));
  }

  drain(): void {
    this.#perform(this.grid.drain(this.#time()));
  }

  control(id: string, control: Control): void {
    this.#perform(this.grid.control(id, control, "ada", this.#time()));
  }

  /** Lets time pass to a monotonic time, with a tick whenever one is due. */
  at(ms: number): void {
    for (let due = this.grid.nextDeadline(); due < ms; due = this.grid.nextDeadline())
      this.jump(Math.max(due, this.now));
    this.jump(ms);
  }

  /** A tick at a monotonic time, whenever it was due: later than that if the coordinator was away. */
  jump(ms: number): void {
    this.now = ms;
    this.#perform(this.grid.tick(this.#time()));
  }

  /** The disk has taken everything. */
  commit(): void {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      this.written.push(...group.flatMap(({ writes }) => writes));
      this.#perform(this.grid.committed(group[group.length - 1]?.id ?? 0, this.#time()));
    }
  }

  /** What a store keeps of the job after all that was committed: the electrons that went wrong, and who holds what. */
  kept(id = "j1"): Kept {
    const electrons = new Map<number, ElectronRow>();
    const grants = new Map<number, GrantRow>();
    const rows: ReportRow[] = [];
    let status: JobStatus | null = null;
    for (const write of this.written) {
      if (write.type === "electron") electrons.set(write.electron.electron, write.electron);
      else if (write.type === "recovered") electrons.delete(write.electron);
      else if (write.type === "grant") grants.set(write.grant.lease, write.grant);
      else if (write.type === "ungrant") grants.delete(write.lease);
      else if (write.type === "report") rows.push(write.row);
      else if (write.type === "submit" || write.type === "status") status = write.status;
    }
    if (!status) throw new Error(`nothing of ${id} was committed`);
    const gone = { electrons: [...electrons.values()], grants: [...grants.values()] };
    return { status, rows, blocks: [], ...gone, keptBytes: 0, lastEvent: 100 };
  }

  /** What the session was told since it was last asked, of one type. */
  told<T extends Outgoing["type"]>(session: string, type: T): Extract<Outgoing, { type: T }>[] {
    const all = this.#told.get(session) ?? [];
    this.#told.set(
      session,
      all.filter((message) => message.type !== type),
    );
    return all.filter((message) => message.type === type) as Extract<Outgoing, { type: T }>[];
  }

  /** The newest grant of the session. */
  granted(session: string): Extract<Outgoing, { type: "grant" }> {
    const grant = this.told(session, "grant").at(-1);
    if (!grant) throw new Error(`${session} was granted nothing`);
    return grant;
  }

  read(id = "j1") {
    const reading = this.grid.read(id, this.now);
    if (!reading) throw new Error(`no job ${id}`);
    return reading;
  }

  #time() {
    return { mono: this.now, wall: WALL + this.now };
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === "commit") this.#waiting.push(effect);
      else if (effect.type === "send")
        this.#told.set(effect.session, [...(this.#told.get(effect.session) ?? []), effect.message]);
    }
  }
}
