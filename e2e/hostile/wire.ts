/** Everything that a volunteer may say, as arbitraries made of the schemas that check it. */
import { type Up, up } from "@valence/shared/protocol/up";
import type { Value } from "@valence/shared/value";
import { encodeValue } from "@valence/shared/value-codec";
import fc from "fast-check";
import * as z from "zod";
import { arbitraryOf, broken, type Schema } from "./arbitrary.js";

/** The body of each message, by its type. */
export const WIRE: Readonly<Record<string, fc.Arbitrary<unknown>>> = Object.fromEntries(
  Object.entries(up).map(([type, schema]) => [
    type,
    arbitraryOf(z.toJSONSchema(schema, { unrepresentable: "any" }) as Schema),
  ]),
);

/** Fits its schema, and is about nothing that there is. */
export const anyUp: fc.Arbitrary<Up> = fc.oneof(
  ...Object.entries(WIRE).map(([type, body]) => body.map((fields) => ({ ...(fields as object), type }) as Up)),
);

/** Batches of one message with a body that its schema refuses, or one that is no value at all. */
export const anyWrong: fc.Arbitrary<Uint8Array> = fc
  .oneof(...Object.entries(WIRE).map(([type, body]) => fc.tuple(fc.constant(type), broken(body))))
  .map(([type, body]) => wrong(type, body));

const encoder = new TextEncoder();

function wrong(type: string, body: unknown): Uint8Array {
  try {
    const { length } = encoder.encode(type);
    return new Uint8Array([0x91, 0x92, 0xa0 | length, ...encoder.encode(type), ...encodeValue(body as Value)]);
  } catch {
    return new Uint8Array([0x91, 0x92, 0xa1, 0x78]); // what is no value cannot be said whole
  }
}
