/**
 * What every reduce rule does. States are changed in place and returned; `pack` gives what a row of the store holds, and
 * equal sets of results always read the same, whatever the order, the cuts and the merges.
 */
import type { Value } from "@valence/shared/value";

/** What one electron gave: its result, its number in the job, and how many items it covers. */
export type Contribution = { readonly value: Value; readonly electron: number; readonly items: number };

/** A result that its rule cannot fold: the electron fails with `bad_result`, and no state has changed. */
export class FoldError extends Error {
  override readonly name = "FoldError";
  /** The electron whose result it was. */
  readonly electron: number;
  readonly #reason: string;
  readonly #path: string;

  constructor(reason: string, electron: number, path = "") {
    super(`result${path}: ${reason}`);
    this.electron = electron;
    this.#reason = reason;
    this.#path = path;
  }

  /** The same error, seen from the result that has its place in the field `name`. */
  within(name: string): FoldError {
    const step = /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
    return new FoldError(this.#reason, this.electron, step + this.#path);
  }
}

/** An aggregate that grew over its limit: the job fails, since no order of its electrons would do better. */
export class LimitError extends Error {
  override readonly name = "LimitError";
  /** The name of the limit, as in the public list. */
  readonly limit: string;
  readonly max: number;

  constructor(limit: string, max: number, value: number) {
    super(
      `the aggregate has ${value} ${limit.endsWith("BYTES_MAX") ? "bytes" : "entries"}, more than ${limit} = ${max}`,
    );
    this.limit = limit;
    this.max = max;
  }
}

/** The parts that a rule writes: first everything is checked, then applied, so that nothing is ever half folded. */
export interface ReducerParts<S> {
  empty(): S;
  /** @throws FoldError or LimitError when the contribution cannot be folded into this state */
  check(state: S, contribution: Contribution): void;
  /** Folds what `check` has let through; never throws. */
  apply(state: S, contribution: Contribution): S;
  /** @throws LimitError when the two cannot be merged */
  checkMerge?(into: S, other: S): void;
  /** Merges what `checkMerge` has let through; never throws, leaves `other` as it is and shares nothing with it that changes. */
  applyMerge(into: S, other: S): S;
  /** The aggregate as the public sees it; null before the first result. */
  read(state: S): Value;
  pack(state: S): Value;
  /** @throws ValueError for anything that `pack` does not give */
  unpack(packed: Value): S;
  clone(state: S): S;
  /**
   * Folds the results of neighbouring electrons that are all numbers: as `fold` for each, but all or none.
   * Only on rules that take numbers and gain by it. @throws FoldError with the first electron that cannot be folded
   */
  foldNumbers?(state: S, values: Float64Array, firstElectron: number): S;
}

/** A reduce rule at work. */
export interface Reducer<S> extends ReducerParts<S> {
  /** Folds one result. @throws FoldError or LimitError, and the state is untouched */
  fold(state: S, contribution: Contribution): S;
  /** Merges `other`, which stays as it is. @throws LimitError, and both states are untouched */
  merge(into: S, other: S): S;
}

/** A reducer of its parts. */
export function reducer<S>(parts: ReducerParts<S>): Reducer<S> {
  return {
    ...parts,
    fold(state, contribution) {
      parts.check(state, contribution);
      return parts.apply(state, contribution);
    },
    merge(into, other) {
      parts.checkMerge?.(into, other);
      return parts.applyMerge(into, other);
    },
  };
}
