/**
 * One page of the list of jobs, kept as it is: what `/watch` tells of the list is worked into it, and it is asked for anew where
 * that does not come, and now and then to be sure. Owns the rows; each row changes by itself.
 */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { JobSummary } from "@valence/shared/job-view";
import { ask } from "../grid/ask.js";
import { isJobSummary, isPageOf, type ListMessage } from "../grid/checks.js";
import type { GridFault } from "../grid/fault.js";
import { LatestView } from "../grid/latest-view.js";
import { type Poll, poll } from "../grid/poll.js";
import { token } from "../grid/token.js";
import { followList } from "../grid/watch-socket.js";
import { Recent } from "../parts/recent.js";
import { type ListPage, type ListQuery, type News, PAGE_JOBS, pageWith } from "./list-page.js";

/** While news come by themselves: they may be lost with a connection that looked alive. */
const CHECK_MS = 15_000;
const EVERY_MS = 2_000;

export type Row = LatestView<JobSummary>;
type Shown = { readonly rows: readonly Row[]; readonly next: string | null };

const REMEMBERED_MAX = 20;
/** What was last seen of each page, so that going back shows it at once. */
const remembered = new Recent<string, Shown>(REMEMBERED_MAX);
/** Some of it may have been shown to a token that is forgotten now. */
effect(() => {
  token.value;
  remembered.clear();
});

export class JobList {
  /** Null until the first answer. */
  readonly shown: ReadonlySignal<Shown | null>;
  /** Why the last request failed; what is shown is then as old as the one before. */
  readonly fault: ReadonlySignal<GridFault | null>;
  readonly #shown = signal<Shown | null>(null);
  readonly #fault = signal<GridFault | null>(null);
  readonly #query: ListQuery;
  readonly #poll: Poll;
  readonly #leave: () => void;
  /** What was told since the last request was sent: its answer may be older. */
  #news = new Map<string, { readonly job: JobSummary | null; readonly at: number }>();
  #live = false;
  /** The token with which all this was read. */
  #heldBy = token.peek();

  constructor(query: ListQuery) {
    this.#query = query;
    this.shown = this.#shown;
    this.fault = this.#fault;
    this.#shown.value = remembered.get(keyOf(query)) ?? null;
    this.#poll = poll({
      look: (signal) => ask({ path: `/jobs?${searchOf(query)}`, signal }, isPageOf(isJobSummary)),
      onSeen: ({ items, next }, asOf) => this.#see({ jobs: items, next }, asOf),
      onFault: (fault) => {
        this.#fault.value = fault;
      },
      everyMs: () => (this.#live ? CHECK_MS : EVERY_MS),
    });
    const leaveToken = effect(() => this.#beginAnew(token.value));
    const leaveList = followList({
      onMessage: (message) => this.#hear(message, performance.now()),
      onLive: (live) => {
        if (this.#live !== live) this.#poll.soon(); // is anybody there? and what was missed meanwhile?
        this.#live = live;
      },
    });
    this.#leave = () => {
      leaveToken();
      leaveList();
    };
  }

  close(): void {
    this.#poll.stop();
    this.#leave();
    if (this.#shown.value) remembered.set(keyOf(this.#query), this.#shown.value);
  }

  /** What one token shows, another one may not: nothing of it stays, even if nobody answers. */
  #beginAnew(held: string | null): void {
    if (held === this.#heldBy) return;
    this.#heldBy = held;
    this.#news = new Map();
    this.#shown.value = null;
  }

  #see(page: ListPage, asOf: number): void {
    this.#fault.value = null;
    this.#news = new Map([...this.#news].filter(([, { at }]) => at >= asOf));
    const since: News = new Map([...this.#news].map(([id, { job }]) => [id, job]));
    this.#show(pageWith(page, since, this.#query), asOf);
  }

  #hear(message: ListMessage, at: number): void {
    const news = newsOf(message);
    for (const [id, job] of news) this.#news.set(id, { job, at });
    const shown = this.#shown.peek();
    if (shown === null) return; // an answer is on its way
    const page = { jobs: shown.rows.map((row) => row.view.peek()), next: shown.next };
    const after = pageWith(page, news, this.#query);
    this.#show(after, at);
    if (after.lacking) this.#poll.soon();
  }

  #show({ jobs, next }: ListPage, asOf: number): void {
    const before = this.#shown.peek();
    const known = new Map(before?.rows.map((row) => [row.view.peek().id, row]));
    const rows = jobs.map((job) => {
      const row = known.get(job.id) ?? new LatestView(job, asOf);
      row.see(job, asOf);
      return row;
    });
    const same =
      before?.next === next && before.rows.length === rows.length && rows.every((row, i) => row === before.rows[i]);
    if (!same) this.#shown.value = { rows, next };
  }
}

function newsOf(message: ListMessage): News {
  const news = new Map<string, JobSummary | null>();
  const changed = message.type === "reset" ? message.items : message.changed;
  for (const job of changed) news.set(job.id, job);
  if (message.type === "changes") for (const id of message.deleted) news.set(id, null);
  return news;
}

function searchOf({ state, before }: ListQuery): string {
  const search = new URLSearchParams({ limit: String(PAGE_JOBS) });
  if (state !== null) search.set("state", state);
  if (before !== null) search.set("before", before);
  return String(search);
}

function keyOf({ state, before }: ListQuery): string {
  return `${state} ${before}`;
}
