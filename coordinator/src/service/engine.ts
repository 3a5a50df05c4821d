/**
 * The shell around the core: it performs effects in order, keeps the one timer, and makes commits durable in groups, each
 * repeated until it holds. It decides nothing about jobs.
 */
import { performance } from "node:perf_hooks";
import { GridError } from "@valence/shared/errors";
import type { Link } from "../api.js";
import type { Effect, Outgoing } from "../core/effects.js";
import type { Grid } from "../core/grid.js";
import type { Now } from "../core/now.js";
import type { Write } from "../core/writes.js";
import type { Log } from "../log.js";
import type { Store } from "../store/store.js";
import { Post, type ReadPayloads } from "./post.js";

export type EngineOptions = {
  readonly grid: Grid;
  readonly store: Store;
  readonly log: Log;
  /** How to read what the core does not hold of a grant: the elements of a list; null for a job without one. */
  readonly payloads: (job: string, from: number, to: number) => ReadPayloads | null;
};

type Waiting = { readonly id: number; readonly writes: readonly Write[] };

/** A store that refused a commit is asked again after that long. */
const RETRY_MS = 250;
const TIMER_MAX_MS = 2_147_483_647;

export class Engine {
  readonly #options: EngineOptions;
  readonly #post: Post;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  /** Commits that the store has not been given yet, oldest first. */
  #commits: Waiting[] = [];
  #committing: Promise<void> | null = null;
  readonly #durable = new Map<number, () => void>();
  readonly #onCommitted = new Set<(jobs: ReadonlySet<string>) => void>();
  /** Called once nothing more is to come back and all is durable. */
  #onDrained: (() => void) | null = null;
  #fault: string | null = null;
  /** Once the store refuses something, that and all after it is given up: it was acknowledged to nobody. */
  #closing = false;
  #closed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#post = new Post(options.log);
  }

  get grid(): Grid {
    return this.#options.grid;
  }

  /** Why nothing is made durable at the moment, or null. */
  get fault(): string | null {
    return this.#fault;
  }

  now(): Now {
    return { mono: performance.now(), wall: Date.now() };
  }

  /**
   * One step of the core that somebody asks for. What it throws leaves here, with nothing changed. Resolves once the step is
   * durable. Throws `draining` when nothing can be made durable any more.
   */
  step(act: (grid: Grid, now: Now) => Effect[]): Promise<void> {
    if (this.#closed) throw new GridError("draining", "the coordinator is stopping: ask again when it is back.");
    const commit = this.#perform(act);
    return commit === null ? Promise.resolve() : new Promise((resolve) => this.#durable.set(commit, resolve));
  }

  /** One step of the core for something that has happened: nobody waits for it, and after the end nobody misses it. */
  note(act: (grid: Grid, now: Now) => Effect[]): void {
    if (!this.#closed) this.#perform(act);
  }

  /** The id of the step's commit, or null. */
  #perform(act: (grid: Grid, now: Now) => Effect[]): number | null {
    let commit: number | null = null;
    const { grid } = this.#options;
    for (const effect of act(grid, this.now())) {
      if (effect.type === "send") this.#send(effect.session, effect.message);
      else if (effect.type === "close") this.#post.closeSilent(effect.session);
      else {
        commit = effect.id;
        this.#commits.push(effect);
      }
    }
    this.#startCommit(); // messages go out when the turn ends: the disk is at work meanwhile
    this.#setTimer();
    if (this.#onDrained && grid.drained && grid.settled) this.#onDrained();
    return commit;
  }

  /** The session's messages go to this link from now on; an older one is closed. */
  attach(session: string, link: Link): void {
    this.#post.attach(session, link);
  }

  attached(session: string, link: Link): boolean {
    return this.#post.attached(session, link);
  }

  /** The link hears nothing more; another one that has taken its place stays. */
  detach(session: string, link: Link): boolean {
    return this.#post.detach(session, link);
  }

  /** Calls back after every group of commits, with the jobs that look different now. */
  onCommitted(listener: (jobs: ReadonlySet<string>) => void): void {
    this.#onCommitted.add(listener);
  }

  /** Grants nothing more, and waits until what is out has come back, is durable and all is told of it; no longer than that. */
  drain(maxMs: number): Promise<void> {
    const { grid } = this.#options;
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#post.end(); // links are let go next, and whoever reported may then forget it
        resolve();
      };
      const timer = setTimeout(end, maxMs);
      this.#onDrained = end;
      this.note((_, now) => grid.drain(now));
      if (this.#closed) end();
    });
  }

  /** Waits for everything that is to be durable, unless the store refuses it; nothing is taken any more. */
  async close(): Promise<void> {
    this.#closing = true;
    while (this.#committing) await this.#committing;
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #send(session: string, message: Outgoing): void {
    const { payloads } = this.#options;
    const read = message.type === "grant" ? payloads(message.job, message.from, message.to) : null;
    this.#post.put(session, message, read);
  }

  #setTimer(): void {
    const at = this.#options.grid.nextDeadline();
    if (this.#closed || at >= this.#timerAt) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timerAt = at;
    const delay = Math.min(TIMER_MAX_MS, Math.max(0, Math.ceil(at - performance.now())));
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#timer = null;
      this.note((grid, now) => grid.tick(now));
      this.#setTimer();
    }, delay);
  }

  #startCommit(): void {
    if (this.#committing || this.#commits.length === 0) return;
    // A commit holds only if all before it do: one that still fits would else end a job without the results that did not.
    if (this.#closing && this.#fault !== null) return;
    const group = this.#commits;
    this.#commits = [];
    this.#committing = this.#commit(group).finally(() => {
      this.#committing = null;
      this.#startCommit();
    });
  }

  /** Everything that came while the last group was written makes the next one. */
  async #commit(group: readonly Waiting[]): Promise<void> {
    const writes = group.flatMap(({ writes }) => writes);
    if (!(await this.#held(writes))) return;
    const last = group[group.length - 1]?.id ?? 0;
    this.note((grid, now) => grid.committed(last, now));
    const jobs = new Set<string>();
    for (const write of writes) {
      this.#tell(write);
      const job = changedBy(write);
      if (job !== null) jobs.add(job);
    }
    for (const { id } of group) {
      this.#durable.get(id)?.();
      this.#durable.delete(id);
    }
    for (const listener of this.#onCommitted) listener(jobs);
  }

  /** What operators read in the log: each change of a job's state and each dead letter, once it is durable. */
  #tell(write: Write): void {
    if (write.type !== "event" || write.event.kind === "block") return;
    const { job, kind, body } = write.event;
    this.#options.log.info(`job_${kind}`, { job, ...JSON.parse(body) });
  }

  /** Repeats a transaction until the store takes it; false when the coordinator closes before. */
  async #held(writes: readonly Write[]): Promise<boolean> {
    for (;;) {
      try {
        await this.#options.store.commit(writes);
        if (this.#fault !== null) this.#options.log.info("store_recovered", {});
        this.#fault = null;
        return true;
      } catch (error) {
        const fault = error instanceof Error ? error.message : String(error);
        if (fault !== this.#fault) this.#options.log.error("store_refuses", { error: fault });
        this.#fault = fault;
        if (this.#closing) {
          this.#options.log.error("store_left_behind", { error: fault });
          return false;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }
}

/** The job that looks different once this is durable, or null. */
function changedBy(write: Write): string | null {
  if (write.type === "report") return write.row.job;
  if (write.type === "electron") return write.electron.job;
  if (write.type === "event") return write.event.job;
  return write.type === "status" ? write.job : null;
}
