import { expect, test } from "vitest";
import type { Schema } from "./description.js";
import { branchesOf, limitsText, typePieces } from "./schema-text.js";

const typeText = (schema: Schema) =>
  typePieces(schema)
    .map((piece) => (typeof piece === "string" ? piece : `<${piece.name}>`))
    .join("");
const point = { type: "object", properties: { x: { type: "number" }, y: { type: "number" } }, required: ["x"] };

test.each<[string, Schema]>([
  ["any value", {}],
  ["string | null", { type: ["string", "null"] }],
  ["string | null", { anyOf: [{ type: "string" }, { type: "null" }] }],
  ["<Job> | null", { anyOf: [{ $ref: "#/components/schemas/Job" }, { type: "null" }] }],
  ['"fail" | {x, y?}', { anyOf: [{ const: "fail" }, point] }],
  ['"a" | "b"', { type: "string", enum: ["a", "b"] }],
  ["list of <Job>", { type: "array", items: { $ref: "#/components/schemas/Job" } }],
  ["object of number", { type: "object", additionalProperties: { type: "number" } }],
  ["object", { type: "object", additionalProperties: false }],
])("a value is %s", (text, schema) => expect(typeText(schema)).toBe(text));

test.each<[string, Schema]>([
  ["", { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }],
  ["at least 0", { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER }],
  ["1 to 86,400,000, 60000 when left out", { type: "integer", minimum: 1, maximum: 86_400_000, default: 60_000 }],
  [
    "above 0, at most 1, null when left out",
    { anyOf: [{ exclusiveMinimum: 0, maximum: 1 }, { type: "null" }], default: null },
  ],
  ["1 to 128 letters", { anyOf: [{ type: "string", minLength: 1, maxLength: 128 }, { type: "null" }] }],
  ["at most 255 letters", { type: "string", maxLength: 255 }],
  ["1 to 10,000 elements", { type: "array", minItems: 1, maxItems: 10_000 }],
  ["1 to 16 fields", { type: "object", minProperties: 1, maxProperties: 16 }],
  ["", { type: "object", default: {} }],
])("its limits are %j", (text, schema) => expect(limitsText(schema)).toBe(text));

test("the fields to list are those of objects without a name, wherever they are", () => {
  expect(branchesOf({ $ref: "#/components/schemas/Job" })).toEqual([]);
  expect(branchesOf(point)).toEqual([point]);
  expect(branchesOf({ type: "array", items: point })).toEqual([point]);
  expect(branchesOf({ type: "object", additionalProperties: { anyOf: [{ type: "array" }, point] } })).toEqual([point]);
});
