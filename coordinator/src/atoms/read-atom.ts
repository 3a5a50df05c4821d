/**
 * Reads an atom without running it: what its module exports by default, what it is called, and what its payloads must be.
 * Pure, and as slow as its input makes it (acorn's check for repeated names is quadratic): call it where it can be ended.
 */
import { isAtomName } from "@valence/shared/atom-id";
import { GridError } from "@valence/shared/errors";
import { ATOM_NAME_LENGTH_MAX } from "@valence/shared/limits";
import { type JsonSchema, schemaOffence } from "@valence/shared/payload-schema";
import { getLineInfo, type ObjectExpression, type Program, type Property, parse } from "acorn";
import { defaultObject } from "./default-export.js";
import { firstImport } from "./find-import.js";
import { keyOf, literalOf, textOf } from "./literal.js";
import { Refusal } from "./refusal.js";

/** What the coordinator knows of an atom's code. */
export type AtomOutline = { readonly name: string; readonly schema: JsonSchema | null };

const MESSAGE_LENGTH_MAX = 300;
/** What acorn makes of the `RangeError` that deep nesting ends in. */
const OUT_OF_STACK = "Not enough stack space to parse input";

/** Throws a `GridError` with a code `atom_…` whose message ends with the line and column, both from 1. */
export function readAtom(source: string): AtomOutline {
  try {
    return outlineOf(parse(source, { ecmaVersion: "latest", sourceType: "module" }));
  } catch (error) {
    throw translated(error, source);
  }
}

function outlineOf(program: Program): AtomOutline {
  const imported = firstImport(program);
  if (imported !== null) throw new Refusal("atom_imports", "An atom must not import anything", imported);
  const object = defaultObject(program);
  const properties = propertiesOf(object);
  const name = nameOf(object, properties.get("name"));
  checkProcess(object, properties.get("process"));
  const payload = properties.get("payload");
  return { name, schema: payload === undefined ? null : schemaOf(payload) };
}

/** By name. A spread or a computed key could stand for any name, and of two with one name the later would hide the other. */
function propertiesOf(object: ObjectExpression): Map<string, Property> {
  const properties = new Map<string, Property>();
  for (const property of object.properties) {
    const key = property.type === "Property" ? keyOf(property) : null;
    if (property.type !== "Property" || key === null) {
      throw new Refusal(
        "atom_shape",
        "The atom's properties must be written out, without spread or computed keys",
        property,
      );
    }
    if (properties.has(key)) throw new Refusal("atom_shape", "The atom has a property twice", property);
    properties.set(key, property);
  }
  return properties;
}

function nameOf(object: ObjectExpression, property: Property | undefined): string {
  if (property === undefined) throw new Refusal("atom_name", "The atom has no name", object);
  const name = property.kind === "init" ? textOf(property.value) : null;
  if (name === null)
    throw new Refusal(
      "atom_name",
      "The atom's name must be a string literal, since it is read and never run",
      property,
    );
  if (isAtomName(name)) return name;
  const rule = `1 to ${ATOM_NAME_LENGTH_MAX} letters, digits, ".", "_" and "-", beginning with a letter or a digit`;
  throw new Refusal("atom_name", `The atom's name must be ${rule}`, property);
}

function checkProcess(object: ObjectExpression, property: Property | undefined): void {
  if (property === undefined) throw new Refusal("atom_shape", "The atom has no process function", object);
  const { kind, value } = property;
  const isFunction = value.type === "FunctionExpression" || value.type === "ArrowFunctionExpression";
  if (kind === "init" && (value.type === "Identifier" || (isFunction && !value.generator))) return;
  throw new Refusal(
    "atom_shape",
    "The atom's process must be a method, a function or the name of one, and no generator",
    property,
  );
}

function schemaOf(property: Property): JsonSchema {
  if (property.kind !== "init" || property.method) {
    throw new Refusal("atom_schema", "The payload schema must be a JSON literal, not a function", property);
  }
  const schema = literalOf(property.value);
  const offence = schemaOffence(schema);
  if (offence !== null) throw new Refusal("atom_schema", `${offence.path} ${offence.reason}`, property);
  return schema as JsonSchema; // nothing else is without an offence
}

function translated(error: unknown, source: string): unknown {
  if (error instanceof Refusal) return refusedAt(error.code, error.message, { source, offset: error.offset });
  if (!(error instanceof SyntaxError && "pos" in error)) return error;
  const reason = error.message.replace(/ \(\d+:\d+\)$/, "");
  const at = { source, offset: Number(error.pos) };
  if (reason !== OUT_OF_STACK) return refusedAt("atom_syntax", reason, at);
  return refusedAt("atom_too_complex", "The atom is nested too deeply to be read: unfold its expressions", at);
}

function refusedAt(code: Refusal["code"], reason: string, at: { source: string; offset: number }): GridError {
  const { line, column } = getLineInfo(at.source, at.offset);
  const short = reason.length > MESSAGE_LENGTH_MAX ? `${reason.slice(0, MESSAGE_LENGTH_MAX - 1)}…` : reason;
  const details = { line, column: column + 1 };
  return new GridError(code, `${short} (line ${details.line}, column ${details.column}).`, { details });
}
