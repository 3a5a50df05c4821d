/** JSON Schemas of what is sent and answered, made of the zod schemas that check it, each named one in one place. */
import { inputForm } from "@valence/shared/input";
import { policy } from "@valence/shared/policy";
import { RULE_WITHIN, reduceRule } from "@valence/shared/reduce-rule";
import * as z from "zod";
import type { Named } from "../named.js";

/** Of the dialect 2020-12, which is that of OpenAPI 3.1. */
export type Schema = { readonly [keyword: string]: unknown };

/** What one sends, before defaults are filled in, or what one is answered. */
type Direction = "input" | "output";

const RULE = "ReduceRule";
/** Parts of requests that deserve a name of their own, with what they may look like. */
const PARTS: Readonly<Record<string, { readonly schema: z.ZodType; readonly examples: readonly unknown[] }>> = {
  Input: {
    schema: inputForm,
    examples: [
      { range: { from: 0, to: 1_000_000, chunk: "auto" } },
      { list: ["one payload", { another: [1, 2, 3] }, { $num: "NaN" }] },
      { list: { upload: "0mf3k1b7c2d4" } },
      { grid: { damping: { from: 0, to: 1, step: 0.25 }, label: ["a", "b"] } },
    ],
  },
  Policy: {
    schema: policy,
    examples: [{ timeoutMs: 5_000, attemptsMax: 2, onFailure: { tolerate: 0.01 } }, { stopWhen: { halfWidth: 0.001 } }],
  },
  [RULE]: {
    schema: reduceRule,
    examples: [
      "mean",
      { histogram: { from: 0, to: 1, bins: 20 } },
      { top: 10, by: "fit" },
      { each: "sum", keysMax: 1_000 },
      { lines: "sum", longest: "max", words: { each: { top: 3 } } },
    ],
  },
};

export class Schemas {
  readonly #names = { input: z.registry<{ id: string }>(), output: z.registry<{ id: string }>() };
  readonly #examples = new Map<string, readonly unknown[]>();

  constructor() {
    for (const [id, { schema, examples }] of Object.entries(PARTS)) {
      this.#names.input.add(schema, { id });
      this.#examples.set(id, examples);
    }
  }

  /** A reference to the schema by its name, under which `all` will have it. */
  refer({ name, schema, example, uses }: Named, direction: Direction): Schema {
    for (const each of uses) this.refer(each, direction);
    if (!this.#names[direction].has(schema)) this.#names[direction].add(schema, { id: name });
    this.#examples.set(name, [example]);
    return { $ref: pathOf(name) };
  }

  all(): Record<string, Schema> {
    const schemas = { ...this.#schemasOf("output"), ...this.#schemasOf("input") };
    return Object.fromEntries(
      Object.entries(schemas)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { $schema: _, $id: __, ...schema }]) => [name, this.#exampled(name, schema)]),
    );
  }

  #schemasOf(io: Direction): Record<string, Schema> {
    const { schemas } = z.toJSONSchema(this.#names[io], { uri: pathOf, io, override: open });
    return schemas as Record<string, Schema>;
  }

  #exampled(name: string, schema: Schema): Schema {
    const written = referringWithin(schema) as Schema;
    return { ...written, examples: this.#examples.get(name) };
  }
}

/** The schema of one parameter, which is text on the wire: what it is read as. */
export function parameterSchema(schema: z.ZodType): Schema {
  const { $schema: _, ...written } = z.toJSONSchema(schema, { io: "output" });
  return written;
}

function pathOf(name: string): string {
  return `#/components/schemas/${name}`;
}

type Written = { readonly zodSchema: z.core.$ZodType; readonly jsonSchema: z.core.JSONSchema.BaseSchema };

/** Zod would close what is answered; but answers may grow. What is closed on purpose stays so. */
function open({ zodSchema, jsonSchema }: Written): void {
  const { def } = zodSchema._zod;
  if (def.type === "object" && !("catchall" in def && def.catchall)) delete jsonSchema.additionalProperties;
}

/** A rule within a rule is written as its name. */
function referringWithin(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(referringWithin);
  if (typeof schema !== "object" || schema === null) return schema;
  if (RULE_WITHIN in schema) return { $ref: pathOf(RULE) };
  return Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, referringWithin(value)]));
}
