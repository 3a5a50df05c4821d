/** The form of a shape on the wire. */
import * as z from "zod/mini";
import { AXES_MAX, ITEMS_MAX, LIST_ITEMS_INLINE_MAX, NAME_LENGTH_MAX } from "./limits.js";

const integer = z.int();
const count = z.int().check(z.minimum(1), z.maximum(ITEMS_MAX));
const axisName = z.string().check(z.minLength(1), z.maxLength(NAME_LENGTH_MAX));

/** One parameter of a grid: its values as written, or `count` values `from + i·step`. */
export const axis = z.strictObject({
  name: axisName,
  axis: z.union([
    z.array(z.unknown()).check(z.minLength(1), z.maxLength(LIST_ITEMS_INLINE_MAX)),
    z.strictObject({ from: z.number(), step: z.number(), count }),
  ]),
});
/** An axis of a grid. */
export type Axis = z.infer<typeof axis>;

/**
 * What a volunteer needs to compute payloads. Of a list it is sent the elements with the lease. The range begins at `from`, has
 * `total` numbers and is cut into electrons of `chunk`, the last one shorter.
 */
export const inputShape = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("range"), from: integer, chunk: count, total: count }),
  z.strictObject({ kind: z.literal("grid"), axes: z.array(axis).check(z.minLength(1), z.maxLength(AXES_MAX)) }),
  z.strictObject({ kind: z.literal("list") }),
]);
/** The shape of a job's input. */
export type InputShape = z.infer<typeof inputShape>;
