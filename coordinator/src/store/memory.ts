/**
 * The store in memory: for simulations and for the tests of everything that needs a store.
 * Like the real ones it answers later, in the order of its calls; unlike them it forgets when its `tables` go.
 */
import type { AtomRow, KeyRow, Write } from "../core/writes.js";
import { idOfKey, lastEventOf, type MemoryJob, MemoryTables, type MemoryUpload, savedJob } from "./memory-tables.js";
import {
  type JobEntry,
  type JobsQuery,
  PAGE_BYTES,
  type ResultRow,
  type SavedJob,
  type Store,
  StoreError,
  type UploadEntry,
  type UploadIndex,
  type UploadsQuery,
} from "./store.js";
import { cutElements } from "./upload-pages.js";

export type MemoryOptions = {
  /** What an earlier store over the same tables has left: a restart. */
  readonly tables?: MemoryTables | undefined;
  /**
   * Called for each commit when its turn has come, and awaited before it is applied; calls made later wait behind it.
   * Rejecting (with a `StoreError`) refuses that commit. So a test holds, delays and fails commits by hand.
   */
  readonly gate?: ((writes: readonly Write[]) => Promise<void> | void) | undefined;
};

export function memoryStore({ tables = new MemoryTables(), gate = () => {} }: MemoryOptions = {}): Store {
  return new MemoryStore(tables, gate);
}

class MemoryStore implements Store {
  readonly #tables: MemoryTables;
  readonly #gate: (writes: readonly Write[]) => Promise<void> | void;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(tables: MemoryTables, gate: (writes: readonly Write[]) => Promise<void> | void) {
    this.#tables = tables;
    this.#gate = gate;
  }

  commit(writes: readonly Write[]): Promise<void> {
    return this.#next(async () => {
      await this.#gate(writes);
      this.#tables.apply(writes);
    });
  }

  boot(): Promise<number> {
    return this.#next(() => this.#tables.boot());
  }

  unfinished(): Promise<SavedJob[]> {
    return this.#next(() =>
      [...this.#tables.jobs.values()]
        .filter(isOpen)
        .sort(byAge)
        .map((job) => savedJob(this.#tables, job)),
    );
  }

  saved(job: string): Promise<SavedJob | null> {
    return this.#withJob(job, null, (found) => savedJob(this.#tables, found));
  }

  job(job: string): Promise<JobEntry | null> {
    return this.#withJob(job, null, entryOf);
  }

  list(job: string): Promise<Uint8Array | null> {
    return this.#withJob(job, null, ({ record }) => record.list);
  }

  jobs(query: JobsQuery): Promise<JobEntry[]> {
    return this.#next(() => {
      const all = [...this.#tables.jobs.values()].sort(byAge).reverse();
      const page = after(all, ({ record }) => record.id === query.before, query.before);
      return page
        .filter((job) => matches(job, query))
        .slice(0, query.limit)
        .map(entryOf);
    });
  }

  endedJobs({ before, limit }: Parameters<Store["endedJobs"]>[0]): Promise<string[]> {
    return this.#next(() => {
      const endOf = ({ status }: MemoryJob) => status.endedAt ?? Number.POSITIVE_INFINITY;
      const old = [...this.#tables.jobs.values()].filter((job) => endOf(job) < before);
      return old
        .sort((a, b) => endOf(a) - endOf(b) || (a.record.id < b.record.id ? -1 : 1))
        .slice(0, limit)
        .map(({ record }) => record.id);
    });
  }

  atom(id: string): Promise<AtomRow | null> {
    return this.#next(() => this.#tables.atoms.get(id) ?? null);
  }

  newestAtom(name: string): Promise<AtomRow | null> {
    return this.#next(() => [...this.#tables.atoms.values()].findLast((atom) => atom.name === name) ?? null);
  }

  ownerOfName(name: string): Promise<string | null> {
    return this.#next(() => this.#tables.names.get(name) ?? null);
  }

  unusedAtoms({ before, limit }: Parameters<Store["unusedAtoms"]>[0]): Promise<string[]> {
    return this.#next(() => {
      const atoms = [...this.#tables.atoms.values()];
      const unused = atoms.filter(({ id, createdAt }) => createdAt < before && !this.#tables.isUsed(id));
      return unused
        .sort((a, b) => a.createdAt - b.createdAt)
        .slice(0, limit)
        .map(({ id }) => id);
    });
  }

  atoms({ before, limit }: Parameters<Store["atoms"]>[0]): Promise<Omit<AtomRow, "source">[]> {
    return this.#next(() => {
      const page = after([...this.#tables.atoms.values()].reverse(), ({ id }) => id === before, before);
      return page.slice(0, limit).map(({ source: _, ...atom }) => atom);
    });
  }

  resultsByElectron(
    job: string,
    query: Parameters<Store["resultsByElectron"]>[1],
  ): ReturnType<Store["resultsByElectron"]> {
    return this.#withJob(job, [], ({ results }) => {
      const overlapping = results.filter(({ span }) => span.from < query.to && span.to > query.from);
      return pageOf(
        overlapping.sort((a, b) => a.span.from - b.span.from),
        query.limit,
      );
    });
  }

  resultsByCommit(job: string, query: Parameters<Store["resultsByCommit"]>[1]): ReturnType<Store["resultsByCommit"]> {
    return this.#withJob(job, [], ({ results }) =>
      pageOf(
        results.filter(({ row }) => row > query.afterRow),
        query.limit,
      ),
    );
  }

  deadLetters(job: string, { after, limit }: Parameters<Store["deadLetters"]>[1]): ReturnType<Store["deadLetters"]> {
    return this.#withJob(job, [], ({ electrons, failures }) => {
      const dead = [...electrons.values()].filter(({ state, electron }) => state === "dead" && electron > after);
      const page = dead.sort((a, b) => a.electron - b.electron).slice(0, limit);
      return page.map(({ electron, attempts }) => {
        return { electron, attempts, failures: failures.filter((failure) => failure.electron === electron) };
      });
    });
  }

  events(job: string, { since, limit }: Parameters<Store["events"]>[1]): ReturnType<Store["events"]> {
    return this.#withJob(job, [], ({ events }) => {
      const later = [...events.values()].filter(({ number }) => number > since);
      return later.sort((a, b) => a.number - b.number).slice(0, limit);
    });
  }

  forgetEvents(query: Parameters<Store["forgetEvents"]>[0]): Promise<boolean> {
    return this.#next(() => this.#tables.forgetEvents(query));
  }

  identity(key: string): ReturnType<Store["identity"]> {
    return this.#next(() => this.#tables.identities.get(key) ?? null);
  }

  upload(id: string): Promise<UploadEntry | null> {
    return this.#next(() => this.#entries().find((entry) => entry.id === id) ?? null);
  }

  uploads({ owner, before, limit }: UploadsQuery): Promise<UploadEntry[]> {
    return this.#next(() => {
      const page = after(this.#entries().reverse(), ({ id }) => id === before, before);
      return page.filter((entry) => owner === undefined || entry.owner === owner).slice(0, limit);
    });
  }

  uploadIndex(id: string): Promise<UploadIndex | null> {
    return this.#next(() => {
      const { pages, size } = this.#tables.uploads.get(id) ?? { pages: [], size: null };
      if (size === null) return null;
      const firsts = Uint32Array.from(pages, ({ first }) => first);
      return { firsts, bytes: Uint32Array.from(pages, ({ elements }) => elements.length) };
    });
  }

  uploadElements(id: string, span: { from: number; to: number }): Promise<Uint8Array> {
    return this.#next(() => cutElements(this.#tables.uploads.get(id)?.pages ?? [], span));
  }

  unusedUploads({ before, limit }: { before: number; limit: number }): Promise<string[]> {
    return this.#next(() => {
      const unused = this.#entries().filter(({ createdAt, jobs }) => createdAt < before && jobs === 0);
      return unused.slice(0, limit).map(({ id }) => id);
    });
  }

  key(owner: string, key: string): Promise<KeyRow | null> {
    return this.#next(() => this.#tables.keys.get(idOfKey(owner, key)) ?? null);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#turn;
  }

  /** Runs `work` when everything called before has ended. */
  #next<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreError("closed", "The store is closed."));
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  /** Uploads that are whole, oldest first. */
  #entries(): UploadEntry[] {
    const whole = [...this.#tables.uploads.values()].flatMap(({ row, size }: MemoryUpload) =>
      size === null ? [] : [{ ...row, ...size, jobs: this.#tables.usersOf(row.id) }],
    );
    return whole.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  #withJob<T>(id: string, missing: T, read: (job: MemoryJob) => T): Promise<T> {
    return this.#next(() => {
      const job = this.#tables.jobs.get(id);
      return job === undefined ? missing : read(job);
    });
  }
}

function isOpen({ status: { state } }: MemoryJob): boolean {
  return state === "queued" || state === "running" || state === "paused";
}

function byAge({ record: a }: MemoryJob, { record: b }: MemoryJob): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}

function matches({ record, status }: MemoryJob, { state, atom, name }: JobsQuery): boolean {
  if (state !== undefined && status.state !== state) return false;
  if (name !== undefined && record.name !== name) return false;
  return atom === undefined || record.atom === atom || record.atom.startsWith(`${atom}@sha256-`);
}

function entryOf({ record: { list: _, ...record }, status, events }: MemoryJob): JobEntry {
  return { record, status, lastEvent: lastEventOf(events) };
}

/** What follows the row that `isBefore` finds; everything when nothing is asked for, nothing when it is not there. */
function after<T>(rows: readonly T[], isBefore: (row: T) => boolean, before: string | undefined): readonly T[] {
  if (before === undefined) return rows;
  const index = rows.findIndex(isBefore);
  return index < 0 ? [] : rows.slice(index + 1);
}

function pageOf(results: readonly ResultRow[], limit: number): ResultRow[] {
  const page: ResultRow[] = [];
  let bytes = 0;
  for (const row of results) {
    if (page.length >= limit || bytes >= PAGE_BYTES) break;
    page.push(row);
    bytes += row.results.length;
  }
  return page;
}
