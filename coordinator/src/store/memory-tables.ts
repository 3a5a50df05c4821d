/** The store as plain collections: what must hold, in the fewest words. Nothing here is durable, and reads are no faster than they need to be. */
import type {
  AtomRow,
  ElectronRow,
  EventRow,
  FailureRow,
  GrantRow,
  JobRecord,
  JobStatus,
  KeyRow,
  UploadPage,
  UploadRow,
  Write,
} from "../core/writes.js";
import { EVENTS_KEPT_MAX, KEYS_FORGOTTEN_MAX, type ResultRow, type SavedJob, StoreError } from "./store.js";

export type MemoryJob = {
  readonly record: JobRecord;
  status: JobStatus;
  readonly blocks: Map<number, Uint8Array | null>;
  /** Reports of the blocks that are not in `blocks`. */
  rows: SavedJob["rows"][number][];
  readonly results: ResultRow[];
  readonly electrons: Map<number, ElectronRow>;
  readonly failures: FailureRow[];
  readonly events: Map<number, EventRow>;
};

export type MemoryUpload = {
  readonly row: UploadRow;
  readonly pages: UploadPage[];
  /** Null until it is whole. */
  size: { readonly items: number; readonly bytes: number } | null;
};

type Seen = { readonly firstSeenAt: number; readonly lastSeenAt: number };

/** Takes one change back. Run in reverse order, so that each finds what it left. */
type Undo = () => void;
type Apply = { [Type in Write["type"]]: (write: Extract<Write, { readonly type: Type }>) => Undo[] };

/** What a store holds between two openings. */
export class MemoryTables {
  readonly jobs = new Map<string, MemoryJob>();
  readonly atoms = new Map<string, AtomRow>();
  /** Of each name that was ever taken, by whom. */
  readonly names = new Map<string, string>();
  readonly grants = new Map<number, GrantRow>();
  readonly identities = new Map<string, Seen>();
  readonly uploads = new Map<string, MemoryUpload>();
  readonly keys = new Map<string, KeyRow>();
  #boots = 0;
  #lastRow = 0;
  readonly #eventsKeptMax: number;

  /** `eventsKeptMax` other than a real store's is for tests of those who come too late. */
  constructor({ eventsKeptMax = EVENTS_KEPT_MAX }: { eventsKeptMax?: number } = {}) {
    this.#eventsKeptMax = eventsKeptMax;
  }

  boot(): number {
    for (const [id, { size }] of this.uploads) if (size === null) this.uploads.delete(id);
    return ++this.#boots;
  }

  /** How many jobs use an upload. */
  usersOf(upload: string): number {
    return [...this.jobs.values()].filter(({ record }) => record.upload === upload).length;
  }

  /** Whether there is a job of that atom. */
  isUsed(atom: string): boolean {
    return [...this.jobs.values()].some(({ record }) => record.atom === atom);
  }

  /** All or none. Throws a `StoreError`. */
  apply(writes: readonly Write[]): void {
    const undos: Undo[] = [];
    try {
      for (const write of writes) {
        refuseUnsafeNumbers(write);
        const apply = this.#apply[write.type] as (write: Write) => Undo[]; // The entry of its own type.
        undos.push(...apply(write));
      }
    } catch (error) {
      for (const undo of undos.reverse()) undo();
      throw error;
    }
  }

  /** Each applies one write, or throws before it has changed anything. */
  readonly #apply: Apply = {
    atom: ({ atom }) => [
      put(this.atoms, atom.id, this.atoms.get(atom.id) ?? atom),
      put(this.names, atom.name, this.names.get(atom.name) ?? atom.owner),
    ],
    unpublish: ({ atom }) => (this.isUsed(atom) ? [] : [remove(this.atoms, atom)]),
    identity: ({ identity, at }) => {
      const seen = this.identities.get(identity) ?? { firstSeenAt: at, lastSeenAt: at };
      return [put(this.identities, identity, { ...seen, lastSeenAt: Math.max(seen.lastSeenAt, at) })];
    },
    submit: ({ job, status }) => {
      refuseSecond(this.jobs, job.id);
      return [put(this.jobs, job.id, newJob(job, status))];
    },
    status: ({ job: id, status }) => {
      const job = this.#job(id);
      return [change(job, { status })];
    },
    report: ({ row: { results, ...row } }) => {
      const job = this.#job(row.job);
      if (results === null) return [push(job.rows, row)];
      const { span, identity, at } = row;
      return [push(job.rows, row), push(job.results, { row: ++this.#lastRow, span, identity, at, results })];
    },
    block: ({ job: id, block, aggregate }) => {
      const job = this.#job(id);
      const rows = job.rows.filter((row) => row.block !== block);
      return [change(job, { rows }), put(job.blocks, block, aggregate)];
    },
    grant: ({ grant }) => {
      this.#job(grant.job);
      refuseSecond(this.grants, grant.lease);
      return [put(this.grants, grant.lease, grant)];
    },
    ungrant: ({ lease }) => [remove(this.grants, lease)],
    failure: ({ failure }) => [push(this.#job(failure.job).failures, failure)],
    recovered: ({ job, electron }) => {
      const kept = this.jobs.get(job);
      return kept ? [remove(kept.electrons, electron)] : [];
    },
    electron: ({ electron }) => [put(this.#job(electron.job).electrons, electron.electron, electron)],
    event: ({ event }) => {
      const { events } = this.#job(event.job);
      refuseSecond(events, event.number);
      return [put(events, event.number, event), remove(events, event.number - this.#eventsKeptMax)];
    },
    delete: ({ job }) => {
      const leases = [...this.grants.values()].filter((grant) => grant.job === job).map(({ lease }) => lease);
      return [remove(this.jobs, job), ...leases.map((lease) => remove(this.grants, lease))];
    },
    upload: ({ upload }) => {
      refuseSecond(this.uploads, upload.id);
      return [put(this.uploads, upload.id, { row: upload, pages: [], size: null })];
    },
    page: ({ upload, page }) => [push(this.#begun(upload).pages, page)],
    uploaded: ({ upload: id, items, bytes }) => {
      const upload = this.#begun(id);
      upload.size = { items, bytes };
      return [() => void Object.assign(upload, { size: null })];
    },
    discard: ({ upload }) => (this.usersOf(upload) > 0 ? [] : [remove(this.uploads, upload)]),
    key: ({ key }) => [put(this.keys, idOfKey(key.owner, key.key), key)],
    forgetKeys: ({ before }) => {
      const old = [...this.keys].filter(([, { createdAt }]) => createdAt < before).slice(0, KEYS_FORGOTTEN_MAX);
      return old.map(([id]) => remove(this.keys, id));
    },
  };

  /** As the port says. */
  forgetEvents({ endedBefore, limit }: { endedBefore: number; limit: number }): boolean {
    let forgotten = 0;
    for (const { status, events } of this.jobs.values()) {
      if (status.endedAt === null || status.endedAt >= endedBefore) continue;
      const old = [...events.keys()].sort((a, b) => a - b).slice(0, -1);
      for (const number of old.slice(0, limit - forgotten)) forgotten += Number(events.delete(number));
    }
    return forgotten === limit;
  }

  #job(id: string): MemoryJob {
    const job = this.jobs.get(id);
    if (job === undefined) throw new StoreError("failed", `There is no job ${id}.`);
    return job;
  }

  #begun(id: string): MemoryUpload {
    const upload = this.uploads.get(id);
    if (upload?.size !== null) throw new StoreError("failed", `There is no upload ${id} that is not whole.`);
    return upload;
  }
}

/** Under which a key of one token is kept. */
export function idOfKey(owner: string, key: string): string {
  return `${owner} ${key}`;
}

/** A job as the core takes it up again. */
export function savedJob(tables: MemoryTables, job: MemoryJob): SavedJob {
  const blocks = [...job.blocks].map(([block, aggregate]) => ({ block, aggregate }));
  const grants = [...tables.grants.values()].filter((grant) => grant.job === job.record.id);
  return {
    record: job.record,
    status: job.status,
    blocks: blocks.sort((a, b) => a.block - b.block),
    rows: [...job.rows],
    grants: grants.sort((a, b) => a.lease - b.lease),
    electrons: [...job.electrons.values()].sort((a, b) => a.electron - b.electron),
    keptBytes: job.results.reduce((bytes, { results }) => bytes + results.length, 0),
    lastEvent: lastEventOf(job.events),
  };
}

/** 0 before the first. */
export function lastEventOf(events: MemoryJob["events"]): number {
  return Math.max(0, ...events.keys());
}

function newJob(record: JobRecord, status: JobStatus): MemoryJob {
  const [blocks, electrons, events] = [new Map(), new Map(), new Map()];
  return { record, status, blocks, rows: [], results: [], electrons, failures: [], events };
}

function change(job: MemoryJob, changes: Partial<Pick<MemoryJob, "status" | "rows">>): Undo {
  const { status, rows } = job;
  Object.assign(job, changes);
  return () => void Object.assign(job, { status, rows });
}

function push<T>(list: T[], value: T): Undo {
  list.push(value);
  return () => void list.pop();
}

function put<K, V>(map: Map<K, V>, key: K, value: V): Undo {
  const before = map.get(key);
  map.set(key, value);
  return before === undefined ? () => void map.delete(key) : () => void map.set(key, before);
}

function remove<K, V>(map: Map<K, V>, key: K): Undo {
  const before = map.get(key);
  map.delete(key);
  return before === undefined ? () => {} : () => void map.set(key, before);
}

function refuseSecond<K>(map: ReadonlyMap<K, unknown>, key: K): void {
  if (map.has(key)) throw new StoreError("failed", `There is a ${key} already.`);
}

function refuseUnsafeNumbers(value: unknown): void {
  if (typeof value === "number" && !Number.isSafeInteger(value))
    throw new StoreError("failed", `${value} is no safe integer.`);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  for (const field of Object.values(value)) refuseUnsafeNumbers(field);
}
