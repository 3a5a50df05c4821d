/** What a program submits, and the body of `POST /jobs` that it becomes. What is wrong with it, the coordinator says. */
import { GridError } from "@valence/shared/errors";
import type { Uploaded } from "@valence/shared/job-view";
import type { policy } from "@valence/shared/policy";
import type { ReduceRule } from "@valence/shared/reduce-rule";
import type { Value } from "@valence/shared/value";
import { decodeValue, encodeValue } from "@valence/shared/value-codec";
import { toJson } from "@valence/shared/value-json";
import type * as z from "zod";
import type { PublishedAtom } from "./published-atom.js";

/** Values of one parameter of a grid: as listed, or `from`, `from + step`, … below `to`. */
export type AxisInput<V = Value> =
  | readonly V[]
  | (number extends V ? { readonly from: number; readonly to: number; readonly step: number } : never);

/** Numbers `[from, to)`, in chunks. */
export type RangeInput = {
  readonly range: { readonly from: number; readonly to: number; readonly chunk?: number | "auto" };
};

/** What `grid.upload()` gives, or its id; whether the payloads of an id fit, only the coordinator knows. */
export type UploadInput<Payload = Value> = { readonly upload: string | UploadedList<Payload> };

/** An upload that is whole; `Payload` is what its elements are, as far as the program knows. */
export type UploadedList<Payload = unknown> = Uploaded & { readonly [elements]?: Payload };
/** What nobody has at run time. */
declare const elements: unique symbol;

/**
 * What to compute on: numbers `[from, to)` in chunks, if the atom takes `{from, to}`; one payload after another, at hand or uploaded
 * before; or the cross product of parameters, each a field of the payload.
 */
export type JobInput<Payload = Value> =
  | ({ from: number; to: number } extends Payload ? RangeInput : never)
  | { readonly list: readonly Payload[] | UploadInput<Payload> }
  | { readonly grid: AxesOf<Payload> };

type AxesOf<Payload> = [Value] extends [Payload]
  ? { readonly [axis: string]: AxisInput }
  : Payload extends object
    ? { readonly [F in keyof Payload]: AxisInput<Payload[F]> }
    : never;

/** A job to be. With an atom as `grid.publish()` gives it, inputs, rule and answer are checked against the types of that. */
export type Submission<AtomRef = string, Payload = Value, Rule = ReduceRule> = {
  /** Published before; or a name, which means its newest version, or a full id. */
  readonly atom: AtomRef;
  readonly input: JobInput<Payload>;
  /** Without it every result is kept. */
  readonly reduce?: Rule | undefined;
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

/** A submission whose types have done their work. */
export type AnySubmission = Omit<Submission, "atom" | "input" | "reduce"> & {
  readonly atom: string | Pick<PublishedAtom, "id">;
  readonly input: AnyInput;
  readonly reduce?: unknown;
};
type AnyInput =
  | RangeInput
  | { readonly list: readonly unknown[] | { readonly upload: string | Pick<Uploaded, "id"> } }
  | { readonly grid: object };

/**
 * In the JSON form of values; what is missing or of another form, the coordinator says.
 *
 * @throws ValueError for a value that cannot be sent, with its place; GridError `invalid_range` for a bound that JSON cannot write
 */
export function bodyOf({ atom, input, params, ...rest }: AnySubmission): unknown {
  const body = { ...rest, atom: idOf(atom), input: inputJson(input) };
  return params === undefined ? body : { ...body, params: sendable(params, "params") };
}

/** A program without types may give anything. */
function idOf<Id>(named: Id | { readonly id: Id }): Id {
  return typeof named === "object" && named !== null && "id" in named ? named.id : (named as Id);
}

function inputJson(input: AnyInput | undefined): unknown {
  if (typeof input !== "object" || input === null) return input;
  if ("list" in input) return { ...input, list: listJson(input.list) };
  if ("range" in input) checkBounds(input.range);
  if (!("grid" in input)) return input;
  const axes = Object.entries(input.grid).map(([name, axis]) => [name, axisJson(name, axis)]);
  return { grid: Object.fromEntries(axes) };
}

function listJson(list: Extract<AnyInput, { list: unknown }>["list"]): unknown {
  if (isList(list)) return list.map((value, i) => sendable(value, `input.list[${i}]`));
  return typeof list === "object" && list !== null && "upload" in list ? { ...list, upload: idOf(list.upload) } : list;
}

function axisJson(name: string, axis: unknown): unknown {
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

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
