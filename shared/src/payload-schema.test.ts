import { describe, expect, test } from "vitest";
import { SCHEMA_DEPTH_MAX, SCHEMA_NODES_MAX } from "./limits.js";
import { type JsonSchema, pathTo, schemaOffence } from "./payload-schema.js";

describe("a schema within the subset", () => {
  const schemas: JsonSchema[] = [
    {},
    { type: "object", properties: { from: { type: "integer" }, to: { type: "integer" } }, required: ["from", "to"] },
    { type: ["number", "null"], minimum: -1.5, maximum: 2, exclusiveMinimum: -2, exclusiveMaximum: 3 },
    { type: "array", items: { type: "string", minLength: 0, maxLength: 5 }, minItems: 1, maxItems: 2 },
    { type: "object", additionalProperties: false, minProperties: 1, maxProperties: 2 },
    { additionalProperties: { items: true }, properties: { pattern: true, constructor: false } },
    { enum: [1, "a", null, { deep: [true] }], const: { a: [] } },
    { title: "A", description: "b", default: { x: 1 }, examples: [1, { pattern: "free" }] },
  ];
  test.each(schemas.map((schema) => [schema]))("%j has no offence", (schema) => {
    expect(schemaOffence(schema)).toBeNull();
  });
});

describe("a schema outside the subset is told where", () => {
  test.each<[string, unknown]>([
    ["payload", true],
    ["payload", null],
    ["payload", []],
    ["payload", "object"],
    ["payload", new Map()],
    ["payload.pattern", { pattern: "a" }],
    ["payload.properties.x.pattern", { properties: { x: { type: "string", pattern: "a" } } }],
    ["payload.properties.b.$ref", { properties: { a: {}, b: { $ref: "#" } } }],
    ['payload.properties["a b"].format', { properties: { "a b": { format: "uri" } } }],
    ["payload.items.multipleOf", { items: { multipleOf: 2 } }],
    ["payload.items", { items: [{}, {}] }],
    ["payload.properties", { properties: [] }],
    ["payload.additionalProperties.anyOf", { additionalProperties: { anyOf: [] } }],
    ["payload.type", { type: "float" }],
    ["payload.type", { type: [] }],
    ["payload.type", { type: "undefined" }],
    ["payload.required", { required: "x" }],
    ["payload.required", { required: [1] }],
    ["payload.enum", { enum: [] }],
    ["payload.enum[1].x", { enum: [1, { x: undefined }] }],
    ["payload.const", { const: Number.NaN }],
    ["payload.minimum", { minimum: Number.POSITIVE_INFINITY }],
    ["payload.minimum", { minimum: "0" }],
    ["payload.maxLength", { maxLength: -1 }],
    ["payload.maxItems", { maxItems: 1.5 }],
    ["payload.title", { title: 1 }],
    ["payload.examples", { examples: {} }],
    ["payload.constructor", JSON.parse('{"constructor": {}}')],
    ["payload.properties.__proto__", JSON.parse('{"properties": {"__proto__": {}}}')],
    ['payload.properties["\\ud800"]', { properties: { "\ud800": {} } }],
  ])("%s", (path, schema) => {
    expect(schemaOffence(schema)?.path).toBe(path);
  });
});

describe("limits", () => {
  const nested = (depth: number): unknown => (depth === 0 ? true : { items: nested(depth - 1) });
  const wide = (nodes: number): unknown => ({ enum: Array.from({ length: nodes - 2 }, (_, index) => index) });

  test("depth", () => {
    expect(schemaOffence(nested(SCHEMA_DEPTH_MAX))).toBeNull();
    expect(schemaOffence(nested(SCHEMA_DEPTH_MAX + 1))?.reason).toContain("SCHEMA_DEPTH_MAX");
    expect(schemaOffence(nested(5_000))?.reason).toContain("SCHEMA_DEPTH_MAX");
  });

  test("size", () => {
    expect(schemaOffence(wide(SCHEMA_NODES_MAX))).toBeNull();
    expect(schemaOffence(wide(SCHEMA_NODES_MAX + 1))?.reason).toContain("SCHEMA_NODES_MAX");
    expect(schemaOffence({ required: Array.from({ length: SCHEMA_NODES_MAX }, () => "x") })?.reason).toContain(
      "SCHEMA_NODES_MAX",
    );
  });
});

test("paths are written as JavaScript would, and a long key is shortened", () => {
  expect(pathTo("payload", "x")).toBe("payload.x");
  expect(pathTo("payload", 3)).toBe("payload[3]");
  expect(pathTo("payload", "3")).toBe('payload["3"]');
  expect(pathTo("payload", "y".repeat(70_000)).length).toBeLessThan(100);
});
