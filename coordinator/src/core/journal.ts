/**
 * What a step makes durable, and what becomes visible once it is. Steps commit in order; nothing in memory is undone when a
 * commit fails, since it is repeated until it holds. Knows no store.
 */
import type { Effect } from "./effects.js";
import type { Write } from "./writes.js";

/** Nothing more is granted while that much waits for the disk. */
export const PENDING_BYTES_MAX = 64 * 1024 * 1024;
/** What a write counts beside its packed bytes. */
const WRITE_BYTES = 256;

/** A commit that takes longer than this means that the disk is stuck, not that volunteers are slow. */
const STUCK_MS = 1_000;

type Commit = {
  readonly id: number;
  readonly at: number;
  readonly bytes: number;
  readonly onDurable: readonly (() => void)[];
};

export class Journal {
  #writes: Write[] = [];
  #onDurable: (() => void)[] = [];
  #bytes = 0;
  #nextId = 1;
  /** Oldest first. */
  readonly #pending: Commit[] = [];
  #pendingBytes = 0;

  /** True while so much waits that no more work may be given out. */
  get full(): boolean {
    return this.#pendingBytes + this.#bytes >= PENDING_BYTES_MAX;
  }

  get idle(): boolean {
    return this.#pending.length === 0;
  }

  /** True while the oldest commit has waited so long that nobody can be blamed for not going on. */
  stuck(nowMs: number): boolean {
    const oldest = this.#pending[0];
    return oldest !== undefined && nowMs - oldest.at >= STUCK_MS;
  }

  /** Adds a write to this step; `onDurable` runs when the step's commit holds. */
  write(write: Write, onDurable?: () => void): void {
    this.#writes.push(write);
    this.#bytes += WRITE_BYTES + packedBytes(write);
    if (onDurable) this.#onDurable.push(onDurable);
  }

  /** Ends the step: the commit effect, if anything was written. */
  close(nowMs: number): Effect | null {
    if (this.#writes.length === 0) return null;
    const id = this.#nextId++;
    this.#pending.push({ id, at: nowMs, bytes: this.#bytes, onDurable: this.#onDurable });
    this.#pendingBytes += this.#bytes;
    const effect: Effect = { type: "commit", id, writes: this.#writes };
    this.#writes = [];
    this.#onDurable = [];
    this.#bytes = 0;
    return effect;
  }

  /** Everything up to that commit is durable. */
  committed(id: number): void {
    for (let first = this.#pending[0]; first && first.id <= id; first = this.#pending[0]) {
      this.#pending.shift();
      this.#pendingBytes -= first.bytes;
      for (const reveal of first.onDurable) reveal();
    }
  }
}

function packedBytes(write: Write): number {
  if (write.type === "report") return (write.row.aggregate?.length ?? 0) + (write.row.results?.length ?? 0);
  if (write.type === "submit") return write.job.spec.length + (write.job.list?.length ?? 0);
  if (write.type === "failure") return 2 * (write.failure.message.length + (write.failure.stack?.length ?? 0));
  if (write.type === "event") return 2 * write.event.body.length;
  if (write.type === "block") return write.aggregate?.length ?? 0;
  return write.type === "status" ? (write.status.aggregate?.length ?? 0) : 0;
}
