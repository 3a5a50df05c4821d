/** What a program submits, and the body of `POST /jobs` that it becomes. What is wrong with it, the coordinator says. */
import { GridError } from "@valence/shared/errors";
import type { policy } from "@valence/shared/policy";
import type { ReduceRule } from "@valence/shared/reduce-rule";
import type { Value } from "@valence/shared/value";
import { decodeValue, encodeValue } from "@valence/shared/value-codec";
import { toJson } from "@valence/shared/value-json";
import type * as z from "zod";

/** Values of one parameter of a grid: as listed, or `from`, `from + step`, … below `to`. */
export type AxisInput = readonly Value[] | { readonly from: number; readonly to: number; readonly step: number };

/**
 * What to compute on: numbers `[from, to)` in chunks, one payload after another (at hand, or uploaded before: `grid.upload()` gives
 * the id), or the cross product of parameters.
 */
export type JobInput =
  | { readonly range: { readonly from: number; readonly to: number; readonly chunk?: number | "auto" } }
  | { readonly list: readonly Value[] | { readonly upload: string } }
  | { readonly grid: { readonly [axis: string]: AxisInput } };

/** A job to be. */
export type Submission = {
  /** A name, which means its newest version, or a full id. */
  readonly atom: string;
  readonly input: JobInput;
  /** Without it every result is kept. */
  readonly reduce?: ReduceRule | undefined;
  /** For every call of the atom: `context.params`. */
  readonly params?: Value | undefined;
  readonly policy?: z.input<typeof policy> | undefined;
  /** For people. */
  readonly name?: string | undefined;
  /** What `context.random()` begins with: the same seed gives the same numbers. */
  readonly seed?: number | undefined;
  /** Keep every result beside the reduce. */
  readonly keep?: boolean | undefined;
  /** Show progress and the answer only to this token. */
  readonly private?: boolean | undefined;
};

/**
 * In the JSON form of values; what is missing or of another form, the coordinator says.
 *
 * @throws ValueError for a value that cannot be sent, with its place; GridError `invalid_range` for a bound that JSON cannot write
 */
export function bodyOf({ input, params, ...rest }: Submission): unknown {
  const body = { ...rest, input: inputJson(input) };
  return params === undefined ? body : { ...body, params: sendable(params, "params") };
}

function inputJson(input: JobInput | undefined): unknown {
  if (typeof input !== "object" || input === null) return input;
  if ("list" in input && Array.isArray(input.list)) {
    return { list: input.list.map((value, i) => sendable(value, `input.list[${i}]`)) };
  }
  if ("range" in input) checkBounds(input.range);
  if (!("grid" in input)) return input;
  const axes = Object.entries(input.grid).map(([name, axis]) => [name, axisJson(name, axis)]);
  return { grid: Object.fromEntries(axes) };
}

function axisJson(name: string, axis: AxisInput): unknown {
  return isList(axis) ? axis.map((value, i) => sendable(value, `input.grid.${name}[${i}]`)) : axis;
}

/** JSON would write a Map as an empty object and a function as null: the codec refuses them by name. */
export function sendable(value: unknown, name: string): unknown {
  return toJson(decodeValue(encodeValue(value, { name })));
}

function checkBounds(range: object): void {
  for (const [bound, n] of Object.entries(range)) {
    if (typeof n !== "number" || Number.isFinite(n)) continue;
    throw new GridError("invalid_range", `input.range.${bound} must be a finite number, and is ${n}.`);
  }
}

function isList(axis: AxisInput): axis is readonly Value[] {
  return Array.isArray(axis);
}
