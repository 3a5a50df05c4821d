import { type Schema, Validator } from "@cfworker/json-schema";
import type { JsonSchema } from "@valence/shared/payload-schema";
import { schemaOffence } from "@valence/shared/payload-schema";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { payloadChecker } from "./check-payload.js";

const SPAN: JsonSchema = {
  type: "object",
  properties: {
    from: { type: "integer", minimum: 0 },
    to: { type: "integer" },
    tags: { items: { type: "string", maxLength: 3 } },
  },
  required: ["from", "to"],
  additionalProperties: false,
};

describe("a payload", () => {
  test.each<[JsonSchema, unknown]>([
    [SPAN, { from: 0, to: 10 }],
    [SPAN, { from: 0, to: 10, tags: ["a", "bcd"] }],
    [{}, undefined],
    [{ type: "null", const: null }, undefined],
    [{ type: "number" }, Number.NaN],
    [{ type: ["string", "integer"] }, -0],
    [{ enum: [{ a: [1] }, 2] }, { a: [1] }],
    [{ minLength: 2, maxLength: 2 }, "😀é"],
    [{ properties: { ["toString" as string]: { type: "string" } } }, {}],
    [{ additionalProperties: { type: "string" } }, { toString: "own" }],
  ])("of %j fits: %j", (schema, payload) => {
    expect(payloadChecker(schema)(payload)).toBeNull();
  });

  test.each<[string, JsonSchema, unknown]>([
    ["payload.to is missing", SPAN, { from: 0 }],
    ["payload.toString is missing", { required: ["toString"] }, {}],
    ["payload.from must be of type integer", SPAN, { from: 0.5, to: 1 }],
    ["payload.from must be at least 0, and is -1", SPAN, { from: -1, to: 1 }],
    ["payload.tags[1] must have at most 3 letters, and has 4", SPAN, { from: 0, to: 1, tags: ["a", "bcde"] }],
    ["payload.step is not a property or element that the schema allows", SPAN, { from: 0, to: 1, step: 1 }],
    ["payload is not one of the values that the schema lists", { enum: [1, 2] }, 3],
    ["payload is not the value that the schema gives", { const: { a: 1 } }, { a: 2 }],
    [
      'payload["0"][1] must be of type string',
      { additionalProperties: { items: { type: "string" } } },
      { 0: ["a", 1] },
    ],
    ["payload must be of type object", { type: "object" }, null],
    ["payload must be of type integer", { type: "integer" }, Number.NaN],
    ["payload must be of type integer", { type: "integer" }, Number.POSITIVE_INFINITY],
    ["payload must be at most 1, and is NaN", { maximum: 1 }, Number.NaN],
    ["payload must be above 1, and is 1", { exclusiveMinimum: 1 }, 1],
    ["payload must be below 1, and is 1", { exclusiveMaximum: 1 }, 1],
    ["payload must have at least 1 properties, and has 0", { minProperties: 1 }, {}],
    ["payload is not a value that the grid carries", {}, new Map()],
    ["payload.x is not a value that the grid carries", { properties: { x: {} } }, { x: new BigInt64Array(1) }],
  ])("is refused: %s", (message, schema, payload) => {
    expect(payloadChecker(schema)(payload)).toBe(message);
  });
});

describe("bytes and typed arrays", () => {
  const vector: JsonSchema = { type: "array", items: { type: "number", minimum: 1 }, maxItems: 3 };

  test("are arrays of their numbers", () => {
    const check = payloadChecker(vector);
    expect(check(new Float64Array([1.5, 2, 3]))).toBeNull();
    expect(check(new Uint8Array([1, 2, 0]))).toBe("payload[2] must be at least 1, and is 0");
    expect(check(Buffer.alloc(4))).toBe("payload must have at most 3 elements, and has 4");
    expect(payloadChecker({ const: [1, 2] })(new Int16Array([1, 2]))).toBeNull();
  });

  test("are found inside the payload too, and are no objects", () => {
    const check = payloadChecker({ properties: { v: vector, o: { type: "object" } } });
    expect(check({ v: new Float32Array([0]) })).toContain("payload.v[0]");
    expect(check({ o: new Uint8Array(1) })).toBe("payload.o must be of type object");
  });
});

test("a message is short however large payload and schema are", () => {
  const key = "k".repeat(10_000);
  expect(payloadChecker({ required: [key] })({})?.length).toBeLessThanOrEqual(300);
  expect(payloadChecker({ additionalProperties: false })({ [key]: 1 })?.length).toBeLessThanOrEqual(300);
});

test("a payload without end is checked as deep as the schema goes", () => {
  const knot: unknown[] = [];
  knot.push(knot);
  expect(payloadChecker({ items: { items: { type: "array" } } })(knot)).toBeNull();
});

describe("agrees with a validator of full JSON Schema", () => {
  const key = fc.constantFrom("a", "b", "toString", "0");
  const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(0.5, -0, 1e300));
  const scalar = fc.oneof(number, fc.boolean(), fc.constant(null), fc.constantFrom("", "a", "😀", "abc"));
  const members = { maxKeys: 3, noNullPrototype: true };
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      scalar,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(key, tie("value"), members),
    ),
  }));
  const type = fc.constantFrom("null", "boolean", "integer", "number", "string", "array", "object");
  const size = fc.integer({ min: 0, max: 3 });
  const some = { requiredKeys: [] };
  const leaves = [
    fc.boolean(),
    fc.record({ type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1 })) }),
    fc.record({ enum: fc.array(value, { minLength: 1, maxLength: 3 }), const: value }, some),
    fc.record({ minimum: number, maximum: number, exclusiveMinimum: number, exclusiveMaximum: number }, some),
    fc.record({ minLength: size, maxLength: size, minItems: size, maxItems: size }, some),
    fc.record({ minProperties: size, maxProperties: size }, some),
  ];
  const { schema } = fc.letrec((tie) => ({
    schema: fc.oneof(
      { maxDepth: 3, depthSize: "max" },
      fc.oneof(...leaves),
      fc.record({ items: tie("schema"), required: fc.array(key, { maxLength: 2 }) }, some),
      fc.record({ properties: fc.dictionary(key, tie("schema"), members), additionalProperties: tie("schema") }, some),
    ),
  }));

  test("on every schema of the subset and every JSON payload", () => {
    fc.assert(
      fc.property(schema, value, (drawn, payload) => {
        fc.pre(schemaOffence(drawn) === null); // it is null for all but a lone boolean
        const oracle = new Validator(structuredClone(drawn) as Schema, "2020-12");
        expect(payloadChecker(drawn as JsonSchema)(payload) === null).toBe(oracle.validate(payload).valid);
      }),
      { numRuns: 3_000 },
    );
  });
});
