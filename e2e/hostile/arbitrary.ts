/** Values by the JSON Schema that describes them, which is made of the zod schema that checks them; and such values with a fault in them. */
import fc from "fast-check";

export type Schema = { readonly [keyword: string]: unknown };
type Definitions = Readonly<Record<string, Schema>>;

/** What a description leaves open is anything, but not endless. */
const OPEN_LENGTH_MAX = 40;
/** Rules nest: below that many references nothing more is looked up. */
const DEPTH_MAX = 4;

/** A value that fits, as far as JSON Schema says; limits are met exactly now and then. Bytes stand for what has `bytesMax`. */
export function arbitraryOf(schema: Schema, definitions: Definitions = {}, depth = 0): fc.Arbitrary<unknown> {
  const within = (part: unknown, deeper = 0) => arbitraryOf(part as Schema, definitions, depth + deeper);
  const {
    $ref,
    enum: choices,
    type,
    bytesMax,
  } = schema as { $ref?: string; enum?: unknown[]; type?: string; bytesMax?: number };
  const union = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (bytesMax !== undefined)
    return fc.uint8Array({ minLength: bytesMax > 64 ? 0 : bytesMax, maxLength: Math.min(bytesMax, 64) });
  if (depth > DEPTH_MAX) return fc.constant(null);
  if ($ref) return within(definitions[$ref.split("/").at(-1) ?? ""] ?? {}, 1);
  if (union) return fc.oneof(...union.map((part) => within(part, 1)));
  if ("const" in schema) return fc.constant(schema.const);
  if (choices) return fc.constantFrom(...choices);
  if (type === "object") return objectOf(schema, within);
  if (type === "array") {
    const max = Math.min(Number(schema.maxItems ?? 5), 5);
    return fc.array(within(schema.items ?? {}, 1), {
      minLength: Math.min(Number(schema.minItems ?? 0), max),
      maxLength: max,
    });
  }
  if (type === "integer" || type === "number") return numberOf(schema, type === "integer");
  if (type === "string") return textOf(schema);
  if (type === "boolean") return fc.boolean();
  return type === "null" ? fc.constant(null) : fc.jsonValue({ maxDepth: 2 });
}

function objectOf(
  schema: Schema,
  within: (part: unknown, deeper: number) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const { properties = {}, required = [] } = schema as { properties?: Definitions; required?: readonly string[] };
  const fields = Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, within(part, 1)]));
  return fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
}

function numberOf(schema: Schema, whole: boolean): fc.Arbitrary<number> {
  const min = Number(schema.minimum ?? -1e9);
  const max = Math.max(min, Number(schema.maximum ?? 1e9));
  const edges = fc.constantFrom(min, max);
  return fc.oneof(
    edges,
    whole ? fc.integer({ min: Math.ceil(min), max: Math.floor(max) }) : fc.double({ min, max, noNaN: true }),
  );
}

function textOf({ pattern, minLength = 0, maxLength = OPEN_LENGTH_MAX }: Schema): fc.Arbitrary<string> {
  if (typeof pattern === "string") return fc.stringMatching(new RegExp(pattern));
  const max = Math.min(Number(maxLength), 200);
  return fc.string({ minLength: Math.min(Number(minLength), max), maxLength: max });
}

/** Nested so deep that a careless reader would not come back. */
export const DEEP = JSON.stringify(JSON.parse(`${"[".repeat(2_000)}1${"]".repeat(2_000)}`));

/** What a field must not be, whatever it is for. */
const WRONG: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 1e300, 0.5, 2 ** 53, "", "__proto__", [], {}, [[[[[[]]]]]]),
  fc.string({ maxLength: 300 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** The value with one thing wrong: another type, a field too few or too many, all of it something else. */
export function broken(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(value, fc.nat(), fc.nat({ max: 3 }), WRONG).map(([whole, at, how, wrong]) => {
    if (typeof whole !== "object" || whole === null || Array.isArray(whole) || whole instanceof Uint8Array)
      return wrong;
    const names = Object.keys(whole);
    const name = names[at % Math.max(1, names.length)] ?? "more";
    if (how === 0) return wrong;
    if (how === 1) return { ...whole, [name]: wrong };
    if (how === 2) return Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name));
    return { ...whole, [`no ${name}`]: wrong };
  });
}

/** Bytes that were cut, or of which some bits have turned. */
export function damaged(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc.tuple(bytes, fc.nat(), fc.nat({ max: 7 }), fc.boolean()).map(([whole, at, bit, cut]) => {
    const place = at % Math.max(1, whole.length);
    if (cut) return whole.slice(0, place);
    const turned = whole.slice();
    turned[place] = (turned[place] ?? 0) ^ (1 << bit);
    return turned;
  });
}
