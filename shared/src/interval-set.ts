/**
 * Sets of integers kept as spans: what of a block is ready, what is done. Owns the order of the spans and their count;
 * knows nothing of what the integers stand for.
 */
import type { Span } from "./span.js";

/** Dead slots in front of the arrays that are kept before they are cut off: makes a take from the front amortised O(1). */
const HEAD_SLACK = 64;

/**
 * A set of integers in `[0, 2^53)` as sorted spans that neither overlap nor touch.
 *
 * A look-up is a binary search; adding at the end and taking from the front are amortised O(1); any other change moves
 * the spans behind it. Empty spans are allowed and change nothing; a span that is not one throws a RangeError.
 */
export class IntervalSet {
  // Span i is [#from[i], #to[i]) for #head <= i < #from.length; what lies before #head has been taken.
  #from: number[] = [];
  #to: number[] = [];
  #head = 0;
  #size = 0;

  /** The union of the given spans, in any order. */
  static of(spans: Iterable<Span>): IntervalSet {
    const set = new IntervalSet();
    for (const span of spans) set.add(span);
    return set;
  }

  /** How many integers are in the set. O(1). */
  get size(): number {
    return this.#size;
  }

  /** Adds a span; returns how many of its integers were not in the set before. */
  add(span: Span): number {
    const { from, to } = checked(span);
    if (from === to) return 0;
    const start = this.#firstEndingFrom(from);
    const end = this.#firstStartingAfter(to);
    const held = this.#countOf(start, end);
    const united =
      start === end
        ? { from, to }
        : { from: Math.min(from, at(this.#from, start)), to: Math.max(to, at(this.#to, end - 1)) };
    this.#replace(start, end, united);
    const gained = united.to - united.from - held;
    this.#size += gained;
    return gained;
  }

  /** Removes a span; returns how many of its integers were in the set. */
  remove(span: Span): number {
    const { from, to } = checked(span);
    if (from === to) return 0;
    const start = this.#firstEndingFrom(from + 1);
    const end = this.#firstStartingAfter(to - 1);
    if (start >= end) return 0;
    const held = this.#countOf(start, end);
    const left = { from: at(this.#from, start), to: from };
    const right = { from: to, to: at(this.#to, end - 1) };
    const kept = Math.max(0, left.to - left.from) + Math.max(0, right.to - right.from);
    if (right.from < right.to) this.#replace(end, end, right);
    this.#replace(start, end, left.from < left.to ? left : undefined);
    this.#size -= held - kept;
    return held - kept;
  }

  /** Whether the integer is in the set. */
  has(n: number): boolean {
    const i = this.#firstEndingFrom(n + 1);
    return i < this.#from.length && at(this.#from, i) <= n;
  }

  /** Whether every integer of the span is in the set; true for an empty span. */
  covers(span: Span): boolean {
    const { from, to } = checked(span);
    if (from === to) return true;
    const i = this.#firstEndingFrom(from + 1);
    return i < this.#from.length && at(this.#from, i) <= from && at(this.#to, i) >= to;
  }

  /** Whether any integer of the span is in the set; false for an empty span. */
  overlaps(span: Span): boolean {
    const { from, to } = checked(span);
    if (from === to) return false;
    const i = this.#firstEndingFrom(from + 1);
    return i < this.#from.length && at(this.#from, i) < to;
  }

  /** The spans in ascending order. The set must not change meanwhile. */
  *spans(): IterableIterator<Span> {
    for (let i = this.#head; i < this.#from.length; i++) yield { from: at(this.#from, i), to: at(this.#to, i) };
  }

  /** The lowest span, whole; undefined when the set is empty. */
  first(): Span | undefined {
    if (this.#size === 0) return undefined;
    return { from: at(this.#from, this.#head), to: at(this.#to, this.#head) };
  }

  /** Removes and returns the lowest integers that neighbour each other, at most `max` of them; undefined when none. */
  takeFirst(max: number): Span | undefined {
    if (this.#size === 0 || !(max >= 1)) return undefined;
    const from = at(this.#from, this.#head);
    const end = at(this.#to, this.#head);
    const to = Math.min(end, from + Math.floor(max));
    this.#size -= to - from;
    if (to < end) this.#from[this.#head] = to;
    else this.#dropHead();
    return { from, to };
  }

  /** An independent copy. */
  clone(): IntervalSet {
    const copy = new IntervalSet();
    copy.#from = this.#from.slice(this.#head);
    copy.#to = this.#to.slice(this.#head);
    copy.#size = this.#size;
    return copy;
  }

  #dropHead(): void {
    this.#head++;
    if (this.#head < HEAD_SLACK || this.#head * 2 < this.#from.length) return;
    this.#from = this.#from.slice(this.#head);
    this.#to = this.#to.slice(this.#head);
    this.#head = 0;
  }

  /** Puts one span, or none, in the place of the spans `[start, end)`. */
  #replace(start: number, end: number, span: Span | undefined): void {
    if (span === undefined) {
      this.#from.splice(start, end - start);
      this.#to.splice(start, end - start);
    } else if (start === this.#from.length) {
      this.#from.push(span.from);
      this.#to.push(span.to);
    } else if (end === start + 1) {
      this.#from[start] = span.from;
      this.#to[start] = span.to;
    } else {
      this.#from.splice(start, end - start, span.from);
      this.#to.splice(start, end - start, span.to);
    }
  }

  #countOf(start: number, end: number): number {
    let count = 0;
    for (let i = start; i < end; i++) count += at(this.#to, i) - at(this.#from, i);
    return count;
  }

  /** Index of the first span whose `to` is at least `n`: it holds `n - 1` or touches `n`, or lies behind. */
  #firstEndingFrom(n: number): number {
    const last = this.#to.length - 1;
    if (last < this.#head || at(this.#to, last) < n) return last + 1; // appends at the end search nothing
    let low = this.#head;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (at(this.#to, middle) < n) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Index of the first span whose `from` is above `n`. */
  #firstStartingAfter(n: number): number {
    const last = this.#from.length - 1;
    if (last < this.#head || at(this.#from, last) <= n) return last + 1;
    let low = this.#head;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (at(this.#from, middle) <= n) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Reads an index that the caller has bounded. */
function at(array: readonly number[], index: number): number {
  return array[index] as number;
}

function checked(span: Span): Span {
  if (Number.isSafeInteger(span.from) && Number.isSafeInteger(span.to) && span.from >= 0 && span.from <= span.to) {
    return span;
  }
  throw new RangeError(`[${span.from}, ${span.to}) is no span of integers`);
}
