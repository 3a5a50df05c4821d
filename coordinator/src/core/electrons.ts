/**
 * Where each electron of a job is. An electron is in exactly one place: untouched or in its block's `ready`, leased,
 * waiting or ready for another try (`failed`), done, dead, skipped. Nothing here is O(total): what is untouched is a number,
 * the rest are spans of the blocks in work, and electrons that failed.
 */

import { IntervalSet } from "@valence/shared/interval-set";
import { electronsOf, itemsOf } from "@valence/shared/shape";
import type { Span } from "@valence/shared/span";
import { type FailedElectron, freshFailure, UNSUSPECTED } from "./failed-electron.js";
import type { Fit } from "./job-spec.js";
import type { ElectronRow } from "./writes.js";

/** A block in work: touched and not wholly done. `fold` is the reducer's state over what is done. */
export type Block = {
  readonly index: number;
  readonly span: Span;
  readonly ready: IntervalSet;
  readonly done: IntervalSet;
  fold: unknown;
};

/** Numbers of items, by where their electrons are; the rest of the total is ready. */
export type Counts = { leased: number; waiting: number; done: number; dead: number; skipped: number };

export type Taken = { readonly block: Block; readonly span: Span; readonly attempt: number };

/** How many ready retries are looked through for one that is not left to others. */
const RETRY_LOOK_MAX = 64;

export class Electrons {
  readonly job: string;
  readonly total: number;
  readonly chunk: number;
  /** Number of electrons, of all and of a block. */
  readonly size: number;
  readonly blockElectrons: number;
  readonly counts: Counts = { leased: 0, waiting: 0, done: 0, dead: 0, skipped: 0 };
  readonly blocks = new Map<number, Block>();
  readonly failed = new Map<number, FailedElectron>();
  /** All blocks from this one on are untouched. */
  nextBlock = 0;
  readonly #fit: Fit;
  readonly #freshFold: () => unknown;
  readonly #retries = new Set<FailedElectron>();
  readonly #open = new Set<Block>();

  constructor(options: {
    job: string;
    total: number;
    chunk: number;
    blockElectrons: number;
    fit: Fit;
    freshFold: () => unknown;
  }) {
    this.job = options.job;
    this.total = options.total;
    this.chunk = options.chunk;
    this.size = electronsOf(options.total, options.chunk);
    this.blockElectrons = options.blockElectrons;
    this.#fit = options.fit;
    this.#freshFold = options.freshFold;
  }

  /** Ready items. */
  get ready(): number {
    const { leased, waiting, done, dead, skipped } = this.counts;
    return this.total - leased - waiting - done - dead - skipped;
  }

  get settled(): boolean {
    const { done, dead, skipped } = this.counts;
    return done + dead + skipped === this.total;
  }

  items(span: Span): number {
    const { from, to } = itemsOf(span, this.chunk, this.total);
    return to - from;
  }

  /** The block of an electron, touched from now on unless it is wholly done. */
  block(electron: number): Block {
    const index = Math.floor(electron / this.blockElectrons);
    while (this.nextBlock <= index) this.#touch();
    const block = this.blocks.get(index);
    if (!block) throw new Error(`block ${index} of ${this.job} is finished`);
    return block;
  }

  isDone(electron: number): boolean {
    const index = Math.floor(electron / this.blockElectrons);
    if (index >= this.nextBlock) return false;
    return this.blocks.get(index)?.done.has(electron) ?? true;
  }

  /** Takes up to `max` neighbouring ready electrons, or one that failed before, unless it is left to others. */
  take(max: number, leaves: (failed: FailedElectron) => boolean): Taken | null {
    const retry = this.#takeRetry(leaves);
    if (retry) return retry;
    const block = this.#openBlock();
    const span = block?.ready.takeFirst(max);
    if (!block || !span) return null;
    const to = Math.max(span.from + 1, this.#fit(span.from, span.to));
    if (to < span.to) block.ready.add({ from: to, to: span.to });
    if (block.ready.size === 0) this.#open.delete(block);
    const taken = { from: span.from, to };
    this.counts.leased += this.items(taken);
    return { block, span: taken, attempt: 1 };
  }

  /** Leased electrons are ready again, charged to nobody. */
  giveBack(block: Block, span: Span): void {
    if (span.from >= span.to) return;
    this.counts.leased -= this.items(span);
    const failed = this.failed.get(span.from);
    if (failed?.state === "leased") {
      failed.state = "ready";
      this.#retries.add(failed);
      return;
    }
    block.ready.add(span);
    this.#open.add(block);
  }

  /** What is remembered of a leased electron from now on. */
  remember(electron: number): FailedElectron {
    const failed = this.failed.get(electron) ?? freshFailure(this.job, electron);
    this.failed.set(electron, failed);
    return failed;
  }

  /** A leased electron is ready again, charged to nobody, and is leased alone from now on. */
  setAside(electron: number): FailedElectron {
    const failed = this.remember(electron);
    this.counts.leased -= this.#itemsOf(electron);
    failed.state = "ready";
    this.#retries.add(failed);
    return failed;
  }

  /** Leased electrons are done. */
  finish(block: Block, span: Span): void {
    const items = this.items(span);
    this.counts.leased -= items;
    this.counts.done += items;
    block.done.add(span);
    if (span.to - span.from === 1) this.failed.delete(span.from);
    if (block.done.size === block.span.to - block.span.from) this.blocks.delete(block.index);
  }

  /** A leased electron failed: its record, to be told to wait or to be dead, unless somebody else is at it. */
  fail(electron: number): FailedElectron {
    const failed = this.remember(electron);
    failed.attempts += 1;
    return failed;
  }

  /** A leased electron waits for its next try. */
  wait(failed: FailedElectron): void {
    this.counts.leased -= this.#itemsOf(failed.electron);
    failed.state = "waiting";
    this.counts.waiting += this.#itemsOf(failed.electron);
  }

  /** A leased electron is dead. */
  bury(failed: FailedElectron): void {
    this.counts.leased -= this.#itemsOf(failed.electron);
    failed.state = "dead";
    this.counts.dead += this.#itemsOf(failed.electron);
  }

  /** A waiting electron may be tried again. */
  wake(failed: FailedElectron): void {
    if (failed.state !== "waiting") return;
    this.counts.waiting -= this.#itemsOf(failed.electron);
    failed.state = "ready";
    this.#retries.add(failed);
  }

  /** A dead electron gets all its attempts again. */
  revive(failed: FailedElectron): void {
    if (failed.state !== "dead") return;
    this.counts.dead -= this.#itemsOf(failed.electron);
    failed.attempts = 0;
    failed.suspects = UNSUSPECTED;
    failed.lapse = null;
    failed.state = "ready";
    this.#retries.add(failed);
  }

  /** Everything that is not done, dead or leased is skipped. The caller has given back the leases. */
  skipRest(): void {
    this.counts.skipped += this.ready + this.counts.waiting;
    this.counts.waiting = 0;
    this.#retries.clear();
    for (const failed of this.failed.values()) if (failed.state !== "dead") failed.state = "skipped";
  }

  /** What was skipped is ready again. */
  unskip(): void {
    this.counts.skipped = 0;
    for (const failed of this.failed.values()) {
      if (failed.state !== "skipped") continue;
      failed.state = "ready";
      this.#retries.add(failed);
    }
  }

  /** Restores what a store has kept: see `restore.ts`, which calls these in order. */
  restoreFinished(index: number): void {
    while (this.nextBlock <= index) this.#touch();
    const block = this.blocks.get(index);
    if (!block) return;
    this.counts.done += this.items(block.span);
    this.blocks.delete(index);
    this.#open.delete(block);
  }

  restoreDone(span: Span): Block {
    const block = this.block(span.from);
    this.counts.done += this.items(span);
    block.done.add(span);
    block.ready.remove(span);
    if (block.ready.size === 0) this.#open.delete(block);
    return block;
  }

  /** Whether a lease that was read back may have it. */
  isFree(electron: number): boolean {
    const failed = this.failed.get(electron);
    return failed ? failed.state === "waiting" : this.block(electron).ready.has(electron);
  }

  restoreLeased(span: Span): Block {
    const block = this.block(span.from);
    this.counts.leased += this.items(span);
    const failed = this.failed.get(span.from);
    if (failed) {
      if (failed.state === "waiting") this.counts.waiting -= this.items(span);
      failed.state = "leased";
      return block;
    }
    block.ready.remove(span);
    if (block.ready.size === 0) this.#open.delete(block);
    return block;
  }

  restoreFailed({ electron, state, attempts, suspects }: ElectronRow): FailedElectron | null {
    const index = Math.floor(electron / this.blockElectrons);
    if (index < this.nextBlock && !this.blocks.has(index)) return null;
    const block = this.block(electron);
    if (block.done.has(electron)) return null;
    block.ready.remove({ from: electron, to: electron + 1 });
    if (block.ready.size === 0) this.#open.delete(block);
    const failed = freshFailure(this.job, electron);
    failed.attempts = attempts;
    failed.suspects = suspects;
    this.failed.set(electron, failed);
    this.counts.leased += this.#itemsOf(electron);
    if (state === "dead") this.bury(failed);
    else this.wait(failed);
    return failed;
  }

  #takeRetry(leaves: (failed: FailedElectron) => boolean): Taken | null {
    let looks = RETRY_LOOK_MAX;
    for (const failed of this.#retries) {
      if (looks-- === 0) return null;
      if (leaves(failed)) continue;
      this.#retries.delete(failed);
      failed.state = "leased";
      const span = { from: failed.electron, to: failed.electron + 1 };
      this.counts.leased += this.items(span);
      return { block: this.block(failed.electron), span, attempt: failed.attempts + 1 };
    }
    return null;
  }

  #openBlock(): Block | undefined {
    for (const block of this.#open) return block;
    return this.nextBlock * this.blockElectrons < this.size ? this.#touch() : undefined;
  }

  #touch(): Block {
    const index = this.nextBlock++;
    const from = index * this.blockElectrons;
    const span = { from, to: Math.min(this.size, from + this.blockElectrons) };
    const ready = IntervalSet.of([span]);
    const block = { index, span, ready, done: new IntervalSet(), fold: this.#freshFold() };
    this.blocks.set(index, block);
    this.#open.add(block);
    return block;
  }

  #itemsOf(electron: number): number {
    return this.items({ from: electron, to: electron + 1 });
  }
}
