/**
 * What a job computes on, as its submitter writes it: a range, a list or a grid. Here stands every check of it; past
 * `parseInput` an input is sound and within all limits. The formulas are in `shape.ts`.
 */
import * as z from "zod";
import { GridError, overLimit } from "./errors.js";
import {
  AXES_MAX,
  ELECTRONS_MAX,
  ITEMS_MAX,
  LIST_ITEMS_INLINE_MAX,
  NAME_LENGTH_MAX,
  UPLOAD_ID_LENGTH_MAX,
} from "./limits.js";
import { isPlainObject, isPropertyName, pathTo } from "./payload-schema.js";
import { axisLength, electronsOf } from "./shape.js";
import type { Axis, InputShape } from "./shape-form.js";

const axisRange = z
  .strictObject({ from: z.number(), to: z.number(), step: z.number() })
  .describe("The values `from`, `from + step`, … below `to`.");
/** What rounding may add to the steps of an axis, so that 0 to 1 in steps of 0.1 are 10 values. */
const STEP_SLACK = 1e-9;

/** `to` is exclusive; `auto` is fixed once, by measuring. */
export const rangeInput = z
  .strictObject({
    from: z.number().meta({ type: "integer" }),
    to: z.number().meta({ type: "integer", description: "Exclusive." }),
    chunk: z
      .union([z.number().meta({ type: "integer", minimum: 1 }), z.literal("auto")])
      .default("auto")
      .describe("Numbers in one electron. `auto` is fixed once, by measuring: about 100 ms of work."),
  })
  .describe("Whole numbers, an electron for each chunk of them; its payload is `{from, to}`.");
const uploadInput = z.strictObject({ upload: z.string().min(1).max(UPLOAD_ID_LENGTH_MAX) });
/** Each element is a payload. A long list is uploaded first, and named by the id that it got. */
export const listInput = z
  .union([z.array(z.unknown()).min(1).max(LIST_ITEMS_INLINE_MAX), uploadInput])
  .describe("Payloads, in the JSON form of values; a long list is uploaded first and named by its id.");
/** A parameter's values, or `ceil((to − from) / step − 1e-9)` values `from + i·step`. */
export const axisInput = z.union([z.array(z.unknown()).min(1).max(LIST_ITEMS_INLINE_MAX), axisRange]);
/** The form of `input` in a job, for descriptions of the interface; `parseInput` checks what a form cannot say. */
export const inputForm = z.union([
  z.strictObject({ range: rangeInput }),
  z.strictObject({ list: listInput }),
  z.strictObject({
    grid: z
      .record(z.string(), axisInput)
      .meta({ minProperties: 1, maxProperties: AXES_MAX })
      .describe("Every combination of the parameters' values, the last axis running fastest; a payload is `{x, y}`."),
  }),
]);

/** A sound input. */
export type Input =
  | { readonly kind: "range"; readonly from: number; readonly to: number; readonly chunk: number | "auto" }
  | { readonly kind: "list"; readonly values: readonly unknown[] }
  | { readonly kind: "upload"; readonly upload: string }
  | { readonly kind: "grid"; readonly axes: readonly Axis[] };

/**
 * Checks the `input` of a job, as `JSON.parse` or the value codec left it.
 *
 * @throws GridError `invalid_request` on another form, `invalid_range`, `empty_input`, `list_too_long`, `too_many_items`,
 *   `too_many_electrons`
 */
export function parseInput(value: unknown): Input {
  const kinds = isPlainObject(value) ? Object.entries(value) : [];
  const [kind, body] = kinds.length === 1 && kinds[0] !== undefined ? kinds[0] : [];
  if (kind === "range") return rangeOf(body);
  if (kind === "list") return listOf(body);
  if (kind === "grid") return gridOf(body);
  throw new GridError("invalid_request", 'input must have exactly one of "range", "list" and "grid".');
}

/** Numbers of a range, elements of a list, cells of a grid; null for an upload, since only its store knows how many it has. */
export function totalItems(input: Input): number | null {
  if (input.kind === "range") return input.to - input.from;
  if (input.kind === "upload") return null;
  return input.kind === "list" ? input.values.length : cellsOf(input.axes);
}

/** Items in one electron; `auto` while it is to be measured. */
export function chunkOf(input: Input): number | "auto" {
  return input.kind === "range" ? input.chunk : 1;
}

/** What volunteers are sent, once the chunk is known; a list and a grid take no notice of it. */
export function shapeOf(input: Input, chunk: number): InputShape {
  if (input.kind === "range") return { kind: "range", from: input.from, chunk, total: input.to - input.from };
  return input.kind === "grid" ? { kind: "grid", axes: [...input.axes] } : { kind: "list" };
}

function rangeOf(body: unknown): Input {
  refuseNumbers(body, "input.range", {
    unless: Number.isSafeInteger,
    wanted: "a whole number between −(2⁵³ − 1) and 2⁵³ − 1",
  });
  const { from, to, chunk } = parsed(rangeInput, body, "input.range");
  if (to <= from) throw invalidRange(`input.range is empty: to (${to}) is exclusive and must be above from (${from}).`);
  if (chunk !== "auto" && chunk < 1) throw invalidRange(`input.range.chunk must be at least 1, and is ${chunk}.`);
  checkTotal(to - from, chunk, "input.range");
  return { kind: "range", from, to, chunk };
}

function listOf(body: unknown): Input {
  if (isPlainObject(body)) return { kind: "upload", ...parsed(uploadInput, body, "input.list") };
  return { kind: "list", values: valuesOf(body, "input.list") };
}

function gridOf(body: unknown): Input {
  if (!isPlainObject(body)) throw new GridError("invalid_request", "input.grid must be an object of axes.");
  const entries = Object.entries(body);
  if (entries.length === 0) throw new GridError("empty_input", "input.grid has no axis.");
  if (entries.length > AXES_MAX) {
    const details = { limit: "AXES_MAX", max: AXES_MAX, actual: entries.length };
    throw overLimit("invalid_request", `input.grid has ${entries.length} axes`, details);
  }
  const axes = entries.map(([name, axis]) => axisOf(name, axis));
  checkTotal(cellsOf(axes), 1, "input.grid");
  return { kind: "grid", axes };
}

function axisOf(name: string, body: unknown): Axis {
  const path = pathTo("input.grid", name);
  if (!isAxisName(name)) {
    const rule = `1 to ${NAME_LENGTH_MAX} letters, not digits alone (such keys of an object lose their order) and not __proto__`;
    throw new GridError("invalid_request", `${path} is no name for an axis: ${rule}.`);
  }
  if (!isPlainObject(body)) return { name, axis: [...valuesOf(body, path)] };
  refuseNumbers(body, path, { unless: Number.isFinite, wanted: "a finite number" });
  const { from, to, step } = parsed(axisRange, body, path);
  const steps = (to - from) / step;
  if (step === 0) throw invalidRange(`${path}.step must not be 0.`);
  if (steps < 0) throw invalidRange(`${path} never gets from ${from} to ${to} in steps of ${step}.`);
  const count = Math.ceil(steps - STEP_SLACK);
  if (count < 1) throw new GridError("empty_input", `${path} has no value.`);
  return { name, axis: { from, step, count } };
}

function isAxisName(name: string): boolean {
  return isPropertyName(name) && name.length > 0 && name.length <= NAME_LENGTH_MAX && !/^\d+$/.test(name);
}

function valuesOf(body: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(body)) throw new GridError("invalid_request", `${path} must be an array.`);
  if (body.length === 0) throw new GridError("empty_input", `${path} is empty.`);
  if (body.length <= LIST_ITEMS_INLINE_MAX) return body;
  const details = { limit: "LIST_ITEMS_INLINE_MAX", max: LIST_ITEMS_INLINE_MAX, actual: body.length };
  throw overLimit("list_too_long", `${path} has ${body.length} elements`, details);
}

/** At most `Number.MAX_VALUE`, which JSON can write. */
function cellsOf(axes: readonly Axis[]): number {
  const cells = axes.reduce((product, axis) => product * axisLength(axis), 1);
  return Math.min(cells, Number.MAX_VALUE);
}

function checkTotal(total: number, chunk: number | "auto", path: string): void {
  if (total > ITEMS_MAX) {
    throw overLimit("too_many_items", `${path} has ${total} items`, {
      limit: "ITEMS_MAX",
      max: ITEMS_MAX,
      actual: total,
    });
  }
  const electrons = chunk === "auto" ? 1 : electronsOf(total, chunk);
  if (electrons > ELECTRONS_MAX) {
    const details = { limit: "ELECTRONS_MAX", max: ELECTRONS_MAX, actual: electrons };
    throw overLimit("too_many_electrons", `${path} makes ${electrons} electrons`, details);
  }
}

/** Numbers that JSON or a formula cannot mean are an `invalid_range`, other types where a number should be an `invalid_request`. */
function refuseNumbers(body: unknown, path: string, rule: { unless: (n: unknown) => boolean; wanted: string }): void {
  if (!isPlainObject(body)) return;
  for (const [key, value] of Object.entries(body)) {
    if (typeof value !== "number" || rule.unless(value)) continue;
    throw invalidRange(`${pathTo(path, key)} must be ${rule.wanted}, and is ${value}.`);
  }
}

function invalidRange(message: string): GridError {
  return new GridError("invalid_range", message);
}

function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown, path: string): z.output<Schema> {
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  const issue = error.issues[0];
  const at = (issue?.path ?? []).reduce<string>((base, key) => pathTo(base, String(key)), path);
  throw new GridError("invalid_request", `${at}: ${issue?.message ?? "invalid"}.`);
}
