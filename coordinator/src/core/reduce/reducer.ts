/**
 * What every reduce rule does. States are changed in place and returned; `pack` gives what a row of the store holds, and
 * equal sets of results always read the same, whatever the order, the cuts and the merges.
 */
import type { JobFailureCode } from "@valence/shared/errors";
import { AGGREGATE_BYTES_MAX } from "@valence/shared/limits";
import type { Value } from "@valence/shared/value";

/** What one electron gave: its result, and its number in the job. */
export type Contribution = { readonly value: Value; readonly electron: number };

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

  /** The same error, seen from the result that has its place in the field `name`, or at that index. */
  within(name: string | number): FoldError {
    return new FoldError(this.#reason, this.electron, stepTo(name) + this.#path);
  }
}

/** As one would write it in code; a long name is cut. */
function stepTo(name: string | number): string {
  if (typeof name === "number") return `[${name}]`;
  return /^[A-Za-z_$][\w$]{0,40}$/.test(name) ? `.${name}` : `[${JSON.stringify(name.slice(0, 40))}]`;
}

/**
 * An aggregate that grew over its limit: the job fails. Limits go by what only grows as results come in, so that no order of
 * the electrons would do better, and what is folded of some of them is within the limit, too.
 */
export class LimitError extends Error {
  override readonly name = "LimitError";
  readonly code: JobFailureCode;
  /** The name of the limit, as in the public list. */
  readonly limit: string;
  readonly max: number;

  /** `what` begins the sentence that the limit ends: "the aggregate has 6 keys". */
  constructor(code: JobFailureCode, what: string, { limit, max }: { limit: string; max: number }) {
    super(`${what}, more than ${limit} = ${max}`);
    this.code = code;
    this.limit = limit;
    this.max = max;
  }
}

/** The parts that a rule writes: first a result is checked, then applied, so that nothing is ever half folded. */
export interface ReducerParts<S> {
  empty(): S;
  /** @throws FoldError when the contribution cannot be folded */
  check(contribution: Contribution): void;
  /** Folds what `check` has let through; never throws. */
  apply(state: S, contribution: Contribution): S;
  /** Merges `other`, leaves it as it is and shares nothing with it that changes; never throws. */
  merge(into: S, other: S): S;
  /** The aggregate as the public sees it; null before the first result. */
  read(state: S): Value;
  pack(state: S): Value;
  /** Takes what `pack` gave, however large: limits may have been others then. @throws ValueError for anything else */
  unpack(packed: Value): S;
  clone(state: S): S;
  /** Roughly the bytes that the state takes when packed. Never less for more results. */
  weigh(state: S): number;
  /** Why the aggregate is too large, or null; only on rules that grow. Once it is, more results do not make it any smaller. */
  excess?(state: S): LimitError | null;
  /**
   * Folds the results of neighbouring electrons that are all numbers: as `fold` for each, but all or none.
   * Only on rules that take numbers and gain by it. @throws FoldError with the first electron that cannot be folded
   */
  foldNumbers?(state: S, values: Float64Array, firstElectron: number): S;
}

/** A reduce rule at work. */
export interface Reducer<S> extends ReducerParts<S> {
  /** Folds one result. @throws FoldError, and the state is untouched */
  fold(state: S, contribution: Contribution): S;
}

/** A reducer of its parts. */
export function reducer<S>(parts: ReducerParts<S>): Reducer<S> {
  return {
    ...parts,
    fold(state, contribution) {
      parts.check(contribution);
      return parts.apply(state, contribution);
    },
  };
}

/** Why the whole aggregate of a job is too large, or null. */
export function excessOf<S>(reducer: Reducer<S>, state: S): LimitError | null {
  const excess = reducer.excess?.(state) ?? null;
  if (excess !== null) return excess;
  const bytes = reducer.weigh(state);
  if (bytes <= AGGREGATE_BYTES_MAX) return null;
  const limit = { limit: "AGGREGATE_BYTES_MAX", max: AGGREGATE_BYTES_MAX };
  return new LimitError("aggregate_too_large", `the aggregate has ${bytes} bytes`, limit);
}
