/** Takes the value of a JSON literal out of a syntax tree, in the forms that minifiers give it (`!0` for `true`, one-piece templates). */

import { VALUE_DEPTH_MAX } from "@valence/shared/limits";
import type { Json } from "@valence/shared/payload-schema";
import type { AnyNode, ArrayExpression, Literal, ObjectExpression, Property, UnaryExpression } from "acorn";
import { Refusal } from "./refusal.js";

/** The value of a JSON literal; anything that would have to be computed is refused as `atom_schema`. */
export function literalOf(node: AnyNode, depth = 0): Json {
  if (depth > VALUE_DEPTH_MAX) throw notJson(node);
  switch (node.type) {
    case "Literal":
      return scalarOf(node);
    case "UnaryExpression":
      return signedOf(node);
    case "TemplateLiteral":
      return textOf(node) ?? refuse(node);
    case "ArrayExpression":
      return arrayOf(node, depth);
    case "ObjectExpression":
      return objectOf(node, depth);
    default:
      throw notJson(node);
  }
}

/** The text of a string literal or of a template without `${}`; else `null`. */
export function textOf(node: AnyNode): string | null {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "TemplateLiteral" && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? null;
  return null;
}

/** The name that a property's key spells; `null` for a computed one. */
export function keyOf(property: Property): string | null {
  if (property.computed) return null;
  if (property.key.type === "Identifier") return property.key.name;
  return property.key.type === "Literal" ? String(property.key.value) : null;
}

function scalarOf(node: Literal): Json {
  const { value } = node;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  return value === null && node.raw === "null" ? null : refuse(node); // an invalid regular expression has the value null too
}

function signedOf(node: UnaryExpression): Json {
  const operand = node.argument.type === "Literal" ? node.argument.value : undefined;
  if (typeof operand !== "number" || !Number.isFinite(operand)) return refuse(node);
  if (node.operator === "-") return -operand;
  return node.operator === "!" ? operand === 0 : refuse(node);
}

function arrayOf(node: ArrayExpression, depth: number): Json {
  return node.elements.map((element) => (element === null ? refuse(node) : literalOf(element, depth + 1)));
}

function objectOf(node: ObjectExpression, depth: number): Json {
  const object: Record<string, Json> = {};
  for (const property of node.properties) {
    if (property.type !== "Property" || property.kind !== "init" || property.method) throw notJson(property);
    const key = keyOf(property);
    if (key === null || key === "__proto__") throw notJson(property);
    if (Object.hasOwn(object, key)) throw new Refusal("atom_schema", "The payload schema repeats a property", property);
    object[key] = literalOf(property.value, depth + 1);
  }
  return object;
}

function refuse(node: AnyNode): never {
  throw notJson(node);
}

function notJson(node: AnyNode): Refusal {
  return new Refusal("atom_schema", "The payload schema must be a JSON literal, since it is read and never run", node);
}
