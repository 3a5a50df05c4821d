/**
 * Everything that waits for a time, in one binary heap, so that the shell needs one timer. A thing's deadline may move
 * at will: moving it later costs nothing until the old time comes up.
 */

/** Something with a deadline. Infinity: none. */
export type Timed = {
  /** Monotonic milliseconds. */
  deadline: number;
  /** Earliest time at which the heap looks at it again; owned by `Deadlines`. */
  queuedAt: number;
};

/** The heap is never purged below that many entries; above, when it has doubled. */
const PURGE_MIN = 256;

type Entry<T> = { readonly at: number; readonly thing: T };

export class Deadlines<T extends Timed> {
  #heap: Entry<T>[] = [];
  #purgeAt = PURGE_MIN;

  /** Sets the deadline of a thing, new or known. */
  set(thing: T, deadline: number): void {
    thing.deadline = deadline;
    if (deadline < thing.queuedAt) this.#push(thing, deadline);
    if (this.#heap.length > this.#purgeAt) this.#purge();
  }

  /** Entries held, those that wait for nothing any more included. */
  get size(): number {
    return this.#heap.length;
  }

  /** A lower bound of the next deadline; Infinity when nothing waits. */
  next(): number {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Takes out all whose deadline has come, earliest first; each has no deadline any more. */
  due(now: number): T[] {
    const due: T[] = [];
    for (let top = this.#heap[0]; top && top.at <= now; top = this.#heap[0]) {
      this.#pop();
      const { thing, at } = top;
      if (at !== thing.queuedAt) continue; // a later entry than the one that counts
      thing.queuedAt = Number.POSITIVE_INFINITY;
      if (thing.deadline > now) this.set(thing, thing.deadline);
      else {
        thing.deadline = Number.POSITIVE_INFINITY;
        due.push(thing);
      }
    }
    return due;
  }

  /** Lets go of things that have no deadline any more: a finished lease must not be held until its old one. */
  #purge(): void {
    const entries = this.#heap.filter(({ at, thing }) => at === thing.queuedAt);
    this.#heap = [];
    for (const { thing } of entries) {
      thing.queuedAt = Number.POSITIVE_INFINITY;
      if (thing.deadline < Number.POSITIVE_INFINITY) this.#push(thing, thing.deadline);
    }
    this.#purgeAt = Math.max(PURGE_MIN, 2 * this.#heap.length);
  }

  #push(thing: T, at: number): void {
    thing.queuedAt = at;
    const heap = this.#heap;
    let i = heap.push({ at, thing }) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heapAt(heap, parent).at <= at) break;
      swap(heap, i, parent);
      i = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    heap[0] = last;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) return;
      if (child + 1 < heap.length && heapAt(heap, child + 1).at < heapAt(heap, child).at) child += 1;
      if (heapAt(heap, child).at >= heapAt(heap, i).at) return;
      swap(heap, i, child);
      i = child;
    }
  }
}

/** Reads an index that the caller has bounded. */
function heapAt<T>(heap: readonly Entry<T>[], index: number): Entry<T> {
  return heap[index] as Entry<T>;
}

function swap<T>(heap: Entry<T>[], a: number, b: number): void {
  const entry = heapAt(heap, a);
  heap[a] = heapAt(heap, b);
  heap[b] = entry;
}
