/** Schemas with the names by which descriptions and generated clients know them. */
import type * as z from "zod";

/** A schema, its name, something that fits it, and schemas with names of their own that it consists of or speaks of. */
export type Named<Out = unknown, In = Out> = {
  readonly name: string;
  readonly schema: z.ZodType<Out, In>;
  readonly example: In;
  readonly uses: readonly Named[];
};

export function named<Out, In = Out>(
  name: string,
  schema: z.ZodType<Out, In>,
  example: In,
  ...uses: readonly Named[]
): Named<Out, In> {
  return { name, schema, example, uses };
}
