/** Schemas as a reader of a page wants them: what a value is, in a few words. Pure. */
import { count } from "@valence/shared/human";
import { nameIn, type Schema } from "./description.js";

/** A piece of a type's text: the name of a schema that has a place of its own, or words. */
export type Piece = { readonly name: string } | string;

/** What a value is: `integer`, `"a" | "b"`, a name, or a list of these. */
export function typePieces(schema: Schema): Piece[] {
  if (schema.$ref !== undefined) return [{ name: nameIn(schema.$ref) }];
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  if (schema.enum) return [schema.enum.map((each) => JSON.stringify(each)).join(" | ")];
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.flatMap((each, i) => [...(i > 0 ? [" | "] : []), ...typePieces(each)]);
  if (schema.type === "array") return ["list of ", ...typePieces(schema.items ?? {})];
  if (schema.type === "object" && !schema.properties && typeof schema.additionalProperties === "object") {
    return ["object of ", ...typePieces(schema.additionalProperties)];
  }
  if (schema.type === "object" && schema.properties) return [fieldsText(schema)];
  return [typeof schema.type === "string" ? schema.type : (schema.type?.join(" | ") ?? "any value")];
}

/** Bounds, sizes and default of a value; empty when there are none to speak of. */
export function limitsText(schema: Schema): string {
  const inner = schema.anyOf?.find((each) => each.type !== "null") ?? schema;
  const { minLength, maxLength, minItems, maxItems, minProperties, maxProperties } = inner;
  const limits = [
    numbersText(inner),
    sizeText("letters", minLength, maxLength),
    sizeText("elements", minItems, maxItems),
    sizeText("fields", minProperties, maxProperties),
    schema.format === "date-time" ? "ISO 8601" : "",
    schema.default === undefined || isEmpty(schema.default) ? "" : `${JSON.stringify(schema.default)} when left out`,
  ];
  return limits.filter((each) => each !== "").join(", ");
}

/** The schemas whose fields are to be listed below: its own, or those of its alternatives, if they have no name. */
export function branchesOf(schema: Schema): readonly Schema[] {
  if (schema.$ref !== undefined) return [];
  if (schema.properties) return [schema];
  if (schema.type === "array") return branchesOf(schema.items ?? {});
  if (typeof schema.additionalProperties === "object") return branchesOf(schema.additionalProperties);
  return (schema.anyOf ?? schema.oneOf ?? []).flatMap(branchesOf);
}

/** `{a, b?}`. */
function fieldsText({ properties = {}, required = [] }: Schema): string {
  return `{${Object.keys(properties)
    .map((name) => (required.includes(name) ? name : `${name}?`))
    .join(", ")}}`;
}

/** Bounds that only say what a number can be are none. */
function numbersText({ minimum, exclusiveMinimum, maximum }: Schema): string {
  const from = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const to = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (exclusiveMinimum !== undefined)
    return to === undefined ? `above ${exclusiveMinimum}` : `above ${exclusiveMinimum}, at most ${to}`;
  if (from !== undefined && to !== undefined) return `${numberText(from)} to ${numberText(to)}`;
  if (from !== undefined) return `at least ${from}`;
  return to === undefined ? "" : `at most ${numberText(to)}`;
}

function sizeText(what: string, min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return `${min} to ${count(max)} ${what}`;
  if (min !== undefined) return `at least ${min} ${what}`;
  return max === undefined ? "" : `at most ${count(max)} ${what}`;
}

function numberText(n: number): string {
  return Number.isInteger(n) ? count(n) : String(n);
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
