/**
 * What authors of atoms write against: types, and one function that only passes its argument on. A bundle of an atom takes
 * this file in, so it imports types alone.
 */
import type { JsonSchema } from "./payload-schema.js";

/** What `fail()` may say about trying again. */
export type FailOptions = {
  /** `false`: the same electron would fail again, so its attempts are spent at once. Else attempts are left as the job says. */
  readonly retryable?: boolean;
  /** Not before so many milliseconds, a day at most; else the job's back-off. */
  readonly retryAfterMs?: number;
};

/** What one call of an atom may know and do beside its payload. */
export type Context = {
  /** The job's `params`, the same for every electron; `null` when it has none. */
  readonly params: unknown;
  /** Always `null`: kept for what a job may give to all its workers once, which no coordinator takes yet. */
  readonly shared: unknown;
  /** The electron's first item: its number in `[0, total)` of the job. */
  readonly item: number;
  /** Which try of this electron it is, from 1. */
  readonly attempt: number;
  /** A number in `[0, 1)`, seeded by the job's seed and the item: the same sequence in every engine and on every try. */
  random(): number;
  /** How far this call is, from 0 to 1. It shows; it moves no deadline. */
  progress(fraction: number): void;
  /** A line for the job's owner, joined by spaces. */
  log(...words: unknown[]): void;
  /** Ends this call as failed, with a message for the job's owner. */
  fail(message: string, options?: FailOptions): never;
};

/** The default export of an atom's module. */
export type Atom<Payload = unknown, Result = unknown> = {
  /** 1 to 64 of letters, digits, `.`, `_` and `-`, beginning with a letter or a digit. A string literal, since it is read and not run. */
  readonly name: string;
  /** What a payload must be; a literal, since it is read and not run. Without it every payload is taken. */
  readonly payload?: JsonSchema;
  /** Computes one electron. What it returns must be what the grid carries: JSON's values, bytes and typed arrays. */
  process(payload: Payload, context: Context): Result | Promise<Result>;
};

/**
 * Gives an atom its types and returns it as it is: `export default defineAtom<{ from: number; to: number }, number>({ … })`.
 *
 * @example
 * ```ts
 * const dice = defineAtom<{ from: number; to: number }, { n: number; sum: number; sumSquares: number }>({
 *   name: "dice",
 *   process({ from, to }, { random }) {
 *     let sum = 0;
 *     let sumSquares = 0;
 *     for (let i = from; i < to; i++) {
 *       const eyes = 1 + Math.floor(6 * random());
 *       sum += eyes;
 *       sumSquares += eyes ** 2;
 *     }
 *     return { n: to - from, sum, sumSquares };
 *   },
 * });
 * const atom = await grid.publish(dice);
 * const input = { range: { from: 0, to: 1e6, chunk: 1e5 } };
 * const job = await grid.submit({ atom, input, reduce: "mean", seed: 1 });
 * const { mean, n } = await job.result();
 * console.log(mean.toFixed(1), n); // → 3.5 1000000
 * ```
 */
export function defineAtom<Payload = unknown, Result = unknown>(atom: Atom<Payload, Result>): Atom<Payload, Result> {
  return atom;
}
