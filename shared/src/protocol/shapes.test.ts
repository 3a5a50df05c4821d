import { expect, test } from "vitest";
import * as z from "zod";
import { sha256Hex } from "../atom-id.js";
import { down } from "./down.js";
import { PROTOCOL_VERSION } from "./fields.js";
import { up } from "./up.js";

/**
 * The shapes of all messages by version, hashed. When this fails, a message has changed: raise PROTOCOL_VERSION and add a
 * line. Only before the first release may a line be changed instead.
 */
const PINNED: Readonly<Record<number, string>> = {
  1: "b3d9cabaf2bb64fdb71f1b69a00887e96c97cb2e73a31f94f8de8f4bf007ab2b",
};

function shapeOf(schema: z.core.$ZodType): unknown {
  return z.toJSONSchema(schema, { unrepresentable: "any" });
}

function shapes(): string {
  const described = [up, down].map((table) =>
    Object.entries(table).map(([type, schema]: [string, z.core.$ZodType]) => [type, shapeOf(schema)]),
  );
  return JSON.stringify(described);
}

test("the messages of this protocol version have the shapes that were pinned for it", () => {
  expect(sha256Hex(Uint8Array.from(shapes(), (letter) => letter.charCodeAt(0)))).toBe(PINNED[PROTOCOL_VERSION]);
});

test("a limit on bytes is part of a shape", () => {
  expect(shapes()).toContain('"bytesMax":64');
});
