/**
 * The part of JSON Schema that an atom may declare for its payloads, as data. Left out on purpose is all that can cost more than
 * the sizes of schema and payload allow (`pattern`, `uniqueItems`, `$ref`, `anyOf`) and all that an engine may round its own way
 * (`multipleOf`). Checks schemas; payloads are checked by the coordinator.
 */
import { SCHEMA_DEPTH_MAX, SCHEMA_NODES_MAX } from "./limits.js";
import { isWellFormed } from "./utf8.js";

/** What JSON can write. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Names of JSON's types; `integer` is a number without fraction. */
export type JsonType = "null" | "boolean" | "integer" | "number" | "string" | "array" | "object";

/** A schema with allowed keywords only. Bytes and typed arrays count as arrays of numbers. */
export type JsonSchema = {
  readonly type?: JsonType | readonly JsonType[];
  readonly properties?: { readonly [name: string]: JsonSchema | boolean };
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: JsonSchema | boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  /** Lengths count code points. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly title?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly examples?: readonly Json[];
};

/** Where a schema first leaves the subset, such as `payload.properties.x.pattern`, and why. */
export type SchemaOffence = { readonly path: string; readonly reason: string };

/** What a keyword's value must be. */
type Rule = (value: unknown, path: string, walk: Walk) => SchemaOffence | null;
/** How deep the walk is, and how many nodes it has seen in all. */
type Walk = { depth: number; nodes: number };

/** Depth-first and in written order; `null` when every keyword is allowed and has a value of the right kind. */
export function schemaOffence(schema: unknown): SchemaOffence | null {
  if (typeof schema === "boolean") return { path: "payload", reason: "must be an object" };
  return schemaRule(schema, "payload", { depth: 0, nodes: 0 });
}

/** `base.key`, or `base["any other key"]`; how paths into schemas and payloads are written. */
export function pathTo(base: string, key: string | number): string {
  if (typeof key === "number") return `${base}[${key}]`;
  return /^[A-Za-z_$][\w$]{0,63}$/.test(key) ? `${base}.${key}` : `${base}[${JSON.stringify(shorten(key))}]`;
}

/**
 * Whether a property may be called so: not `__proto__`, which MessagePack refuses, and without half a surrogate pair, which
 * UTF-8 cannot write.
 */
export function isPropertyName(value: unknown): value is string {
  return typeof value === "string" && value !== "__proto__" && isWellFormed(value);
}

/** Whether a value is an object as JSON and MessagePack make them: no class, no Map, no array. */
export function isPlainObject(value: unknown): value is { readonly [key: string]: unknown } {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const TYPES: ReadonlySet<unknown> = new Set(["null", "boolean", "integer", "number", "string", "array", "object"]);

const bound = test(Number.isFinite, "must be a finite number");
const size = test((value) => Number.isSafeInteger(value) && Number(value) >= 0, "must be a whole number of at least 0");
const text = test((value) => typeof value === "string", "must be a string");

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["type", typeRule],
  ["properties", propertiesRule],
  ["required", requiredRule],
  ["additionalProperties", schemaRule],
  ["minProperties", size],
  ["maxProperties", size],
  ["items", schemaRule],
  ["minItems", size],
  ["maxItems", size],
  ["enum", enumRule],
  ["const", jsonRule],
  ["minimum", bound],
  ["maximum", bound],
  ["exclusiveMinimum", bound],
  ["exclusiveMaximum", bound],
  ["minLength", size],
  ["maxLength", size],
  ["title", text],
  ["description", text],
  ["default", jsonRule],
  ["examples", (value, path, walk) => (isArray(value) ? jsonRule(value, path, walk) : not(path, "must be an array"))],
]);

function schemaRule(value: unknown, path: string, walk: Walk): SchemaOffence | null {
  if (typeof value === "boolean") return count(path, walk);
  if (!isPlainObject(value)) return not(path, "must be a schema: an object, true or false");
  return inside(value, path, walk, (keyword, under) => {
    const rule = RULES.get(keyword);
    return rule === undefined
      ? not(under, "is not a keyword that payload schemas may use")
      : rule(value[keyword], under, walk);
  });
}

function propertiesRule(value: unknown, path: string, walk: Walk): SchemaOffence | null {
  if (!isPlainObject(value)) return not(path, "must be an object of schemas");
  return inside(value, path, walk, (name, under) =>
    isPropertyName(name) ? schemaRule(value[name], under, walk) : not(under, "is not a name"),
  );
}

function requiredRule(value: unknown, path: string, walk: Walk): SchemaOffence | null {
  return isArray(value) && value.every(isPropertyName)
    ? jsonRule(value, path, walk)
    : not(path, "must be an array of names");
}

function enumRule(value: unknown, path: string, walk: Walk): SchemaOffence | null {
  return isArray(value) && value.length > 0 ? jsonRule(value, path, walk) : not(path, "must be an array of at least 1");
}

function typeRule(value: unknown, path: string): SchemaOffence | null {
  const types = isArray(value) ? value : [value];
  if (types.length > 0 && types.length <= TYPES.size && types.every((type) => TYPES.has(type))) return null;
  return not(path, `must be one of ${[...TYPES].join(", ")}, or an array of them`);
}

function jsonRule(value: unknown, path: string, walk: Walk): SchemaOffence | null {
  if (isArray(value)) return inside(value, path, walk, (index, under) => jsonRule(value[Number(index)], under, walk));
  if (isPlainObject(value))
    return inside(value, path, walk, (key, under) =>
      isPropertyName(key) ? jsonRule(value[key], under, walk) : not(under, "is not a name"),
    );
  if (value === null || typeof value === "boolean" || typeof value === "string" || Number.isFinite(value))
    return count(path, walk);
  return not(path, "must be JSON");
}

/** Applies a rule to each member, one level deeper; also where the limits of depth and size stand. */
function inside(
  value: object,
  path: string,
  walk: Walk,
  rule: (key: string, under: string) => SchemaOffence | null,
): SchemaOffence | null {
  const tooLarge = count(path, walk);
  if (tooLarge !== null) return tooLarge;
  if (walk.depth >= SCHEMA_DEPTH_MAX) return not(path, `is nested deeper than ${SCHEMA_DEPTH_MAX} (SCHEMA_DEPTH_MAX)`);
  walk.depth += 1;
  for (const key of Object.keys(value)) {
    const offence = rule(key, pathTo(path, isArray(value) ? Number(key) : key));
    if (offence !== null) return offence;
  }
  walk.depth -= 1;
  return null;
}

function count(path: string, walk: Walk): SchemaOffence | null {
  walk.nodes += 1;
  return walk.nodes > SCHEMA_NODES_MAX
    ? not(path, `makes the schema larger than ${SCHEMA_NODES_MAX} values (SCHEMA_NODES_MAX)`)
    : null;
}

function test(accepts: (value: unknown) => boolean, reason: string): Rule {
  return (value, path, walk) => (accepts(value) ? count(path, walk) : not(path, reason));
}

function not(path: string, reason: string): SchemaOffence {
  return { path, reason };
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function shorten(text: string): string {
  return text.length > 64 ? `${text.slice(0, 63)}…` : text;
}
