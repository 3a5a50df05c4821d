/**
 * One page of the list of jobs, kept as it is: asked for anew every 2 s, and what has not ended followed over `/watch` in between.
 * Owns the rows and their order; each row changes by itself.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { hasEnded, type JobState } from "@valence/shared/job-state";
import type { JobView } from "@valence/shared/job-view";
import { SUBSCRIPTIONS_MAX } from "@valence/shared/limits";
import { ask } from "../grid/ask.js";
import { isJobView, isPageOf, type Page } from "../grid/checks.js";
import type { GridFault } from "../grid/fault.js";
import { LatestView } from "../grid/latest-view.js";
import { type Poll, poll } from "../grid/poll.js";
import { followJob } from "../grid/watch-socket.js";

const EVERY_MS = 2_000;
const PAGE_JOBS = 25;

type Query = { readonly state: JobState | null; readonly before: string | null };
type Shown = { readonly rows: readonly LatestView[]; readonly next: string | null };

/** What was last seen of each page, so that going back shows it at once. */
const remembered = new Map<string, Shown>();
const REMEMBERED_MAX = 20;

export class JobList {
  /** Null until the first answer. */
  readonly shown: ReadonlySignal<Shown | null>;
  /** Why the last request failed; what is shown is then as old as the one before. */
  readonly fault: ReadonlySignal<GridFault | null>;
  readonly #shown = signal<Shown | null>(null);
  readonly #fault = signal<GridFault | null>(null);
  readonly #query: Query;
  readonly #poll: Poll;
  readonly #following = new Map<string, () => void>();

  constructor(query: Query) {
    this.#query = query;
    this.shown = this.#shown;
    this.fault = this.#fault;
    this.#shown.value = remembered.get(keyOf(query)) ?? null;
    this.#poll = poll({
      look: (signal) => ask({ path: `/jobs?${searchOf(query)}`, signal }, isPageOf(isJobView)),
      onSeen: (page, asOf) => this.#see(page, asOf),
      onFault: (fault) => {
        this.#fault.value = fault;
      },
      everyMs: () => EVERY_MS,
    });
  }

  close(): void {
    this.#poll.stop();
    for (const leave of this.#following.values()) leave();
    if (this.#shown.value) remember(keyOf(this.#query), this.#shown.value);
  }

  #see({ items, next }: Page<JobView>, asOf: number): void {
    const known = new Map(this.#shown.value?.rows.map((row) => [row.view.value.id, row]));
    const rows = items.map((view) => {
      const row = known.get(view.id) ?? new LatestView(view, asOf);
      row.see(view, asOf);
      return row;
    });
    this.#fault.value = null;
    this.#shown.value = { rows, next };
    this.#follow(rows);
  }

  #follow(rows: readonly LatestView[]): void {
    const moving = rows.filter(({ view }) => !hasEnded(view.value.state)).slice(0, SUBSCRIPTIONS_MAX);
    const wanted = new Map(moving.map((row) => [row.view.value.id, row]));
    for (const [id, leave] of this.#following) {
      if (wanted.has(id)) continue;
      leave();
      this.#following.delete(id);
    }
    for (const [id, row] of wanted) {
      if (this.#following.has(id)) continue;
      const onView = (view: JobView) => row.see(view, performance.now());
      this.#following.set(id, followJob(id, { onView, onLive: () => {} }));
    }
  }
}

function searchOf({ state, before }: Query): string {
  const search = new URLSearchParams({ limit: String(PAGE_JOBS) });
  if (state !== null) search.set("state", state);
  if (before !== null) search.set("before", before);
  return String(search);
}

function keyOf({ state, before }: Query): string {
  return `${state} ${before}`;
}

function remember(key: string, shown: Shown): void {
  remembered.delete(key);
  remembered.set(key, shown);
  const [oldest] = remembered.keys();
  if (remembered.size > REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
}
