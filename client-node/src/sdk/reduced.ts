/** What a reduce makes of results, as types. */
import type { Histogram, Mean } from "@valence/shared/aggregate";
import type { HistogramRule, ReduceRule, TopRule } from "@valence/shared/reduce-rule";
import type { TypedArray, Value } from "@valence/shared/value";

/** Many numbers in one result: `"mean"` weighs them by `n`. */
type Moments = { readonly n: number; readonly sum: number; readonly sumSquares: number };
type Numbers = number | readonly number[] | TypedArray;
type Pairs<V> = readonly (readonly [key: string, value: V])[];

/** The rules that can fold a `Result`; any, where nobody knows what the results are. */
export type RuleFor<Result> = [Value] extends [Result] ? ReduceRule : "count" | "collect" | FoldingRule<Result>;

type FoldingRule<Result> =
  | ([Result] extends [number] ? "sum" | "min" | "max" : never)
  | ([Result] extends [number | Moments] ? "mean" : never)
  | ([Result] extends [Numbers] ? HistogramRule : never)
  | ([Result] extends [number] ? { readonly top: number; readonly by?: null | undefined } : never)
  | ([Result] extends [Pairs<infer V>] ? { readonly each: RuleFor<V>; readonly keysMax?: number | undefined } : never)
  | ([Result] extends [Fields]
      ? FieldRules<Result> | { readonly top: number; readonly by: NumericField<Result> }
      : never);

type Fields = object & { readonly length?: never };
type FieldRules<Result> = { readonly [F in keyof Result]?: RuleFor<Result[F]> };
type NumericField<Result> = { [F in keyof Result]-?: Result[F] extends number ? F : never }[keyof Result];

/** A result as it comes back: nothing is null. */
export type Carried<Result> = unknown extends Result ? Value : Result extends void ? null : Result;

/**
 * What `job.result()` gives for a rule: a number for `"sum"`, `"count"`, `"min"` and `"max"`, `Mean`, `Histogram`, the results
 * themselves for `"collect"` and `top`, an object for `each` and for an object of rules; null without a rule.
 */
export type Reduced<Rule, Result = Value> = [ReduceRule] extends [Rule]
  ? Value
  : Rule extends "sum" | "count" | "min" | "max"
    ? number
    : Rule extends "mean"
      ? Mean
      : Rule extends "collect" | TopRule
        ? Result[]
        : Rule extends HistogramRule
          ? Histogram
          : Rule extends { readonly each: infer Each }
            ? Record<string, Reduced<Each, ValueIn<Result>>>
            : Rule extends object
              ? { -readonly [F in keyof Rule]: Reduced<Rule[F], FieldOf<Result, F>> }
              : null;

type ValueIn<Result> = Result extends Pairs<infer V> ? V : Value;
type FieldOf<Result, F> = F extends keyof Result ? Result[F] : Value;
