/** Entries sorted by electron, as few runs that are each sorted: cheap to add to in order, and cheap enough out of it. */
import type { Value } from "@valence/shared/value";

/** Electrons in ascending order, and beside each its value. */
export type Run = { electrons: number[]; values: Value[] };

/**
 * Entries of any order. Those that come in order lengthen the last run; the runs before it shrink from one to the next by
 * half at least, as in a log-structured merge tree: adding n entries in the worst order moves each log n times.
 */
export class SortedRuns {
  #runs: Run[] = [];
  #size = 0;

  /** How many entries there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds one entry; of several with one electron, in the order of their additions. */
  add(electron: number, value: Value): void {
    const last = this.#runs.at(-1);
    if (last !== undefined && endOf(last) <= electron) {
      last.electrons.push(electron);
      last.values.push(value);
    } else {
      this.#open({ electrons: [electron], values: [value] });
    }
    this.#size++;
  }

  /** Adds all entries of the other, which stays as it is. No electron is in both. */
  addAll(other: SortedRuns): void {
    const runs = other.#runs.map(copyOf);
    for (const run of runs) {
      this.#open(run);
      this.#size += run.electrons.length;
    }
  }

  /** All entries in one run. It is the state itself: not to be changed, and good until the next addition. */
  sorted(): Readonly<Run> {
    while (this.#runs.length > 1) this.#joinLast();
    return this.#runs[0] ?? { electrons: [], values: [] };
  }

  /** An independent copy; the values are shared, since nobody changes them. */
  clone(): SortedRuns {
    const copy = new SortedRuns();
    copy.#runs = this.#runs.map(copyOf);
    copy.#size = this.#size;
    return copy;
  }

  /** Puts a run at the end, after the one that was there has found its place by size. */
  #open(run: Run): void {
    for (let i = this.#runs.length - 1; i > 0; i--) {
      if (lengthAt(this.#runs, i) * 2 < lengthAt(this.#runs, i - 1)) break;
      this.#joinLast();
    }
    this.#runs.push(run);
  }

  #joinLast(): void {
    const second = this.#runs.pop();
    const first = this.#runs.pop();
    if (first !== undefined && second !== undefined) this.#runs.push(joined(first, second));
  }
}

function copyOf({ electrons, values }: Run): Run {
  return { electrons: electrons.slice(), values: values.slice() };
}

function lengthAt(runs: readonly Run[], i: number): number {
  return runs[i]?.electrons.length ?? 0;
}

function endOf(run: Run): number {
  return run.electrons.at(-1) ?? -1;
}

/** Two runs as one; end to end where they do not overlap, as is the rule for leases. */
function joined(a: Run, b: Run): Run {
  if (endOf(a) < (b.electrons[0] ?? 0)) return appended(a, b);
  if (endOf(b) < (a.electrons[0] ?? 0)) return appended(b, a);
  const electrons: number[] = [];
  const values: Value[] = [];
  let i = 0;
  let j = 0;
  while (i < a.electrons.length || j < b.electrons.length) {
    // Behind its end a run has no electron, and then the other one's comes first.
    const first = (a.electrons[i] ?? Number.POSITIVE_INFINITY) <= (b.electrons[j] ?? Number.POSITIVE_INFINITY);
    const from = first ? a : b;
    const at = first ? i++ : j++;
    electrons.push(from.electrons[at] as number);
    values.push(from.values[at] as Value);
  }
  return { electrons, values };
}

function appended(a: Run, b: Run): Run {
  return { electrons: a.electrons.concat(b.electrons), values: a.values.concat(b.values) };
}
