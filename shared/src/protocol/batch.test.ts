import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyValue } from "../arbitrary-value.js";
import { GridError } from "../errors.js";
import { BATCH_MESSAGES_MAX, MESSAGE_BYTES_MAX, VALUE_DEPTH_MAX } from "../limits.js";
import { failureWith, grantOf, jobOrder, partOf } from "../volunteer/fixtures.js";
import { decodeDown, decodeUp, encodeBatch, splitBatches } from "./batch.js";
import type { Down } from "./down.js";
import type { Up } from "./up.js";

const start = { type: "start", lease: 3 } as const;
const report: Up = { type: "report", lease: 3, first: 9, parts: [partOf(4), partOf(1)], failure: failureWith("error") };
const grant: Down = grantOf(5, { payloads: new Uint8Array([1, 2, 3]) });

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof GridError) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing was thrown";
}

test("messages come out as they went in", () => {
  const messages: Up[] = [start, report, { type: "goodbye" }];
  expect(decodeUp(encodeBatch(messages))).toEqual(messages);
  expect(decodeDown(encodeBatch([jobOrder(), grant]))).toEqual([jobOrder(), grant]);
  expect(decodeUp(encodeBatch([]))).toEqual([]);
});

test("the bytes are an array of pairs, whoever wrote them", () => {
  expect([...encodeBatch([start])]).toEqual([
    0xdc,
    0,
    1,
    0x92,
    0xa5,
    ...ascii("start"),
    0x81,
    0xa5,
    ...ascii("lease"),
    3,
  ]);
  expect(decodeUp(new Uint8Array([0x91, 0x92, 0xa7, ...ascii("goodbye"), 0x80]))).toEqual([{ type: "goodbye" }]);
});

test("params keep every kind of value", () => {
  fc.assert(
    fc.property(anyValue, (params) => {
      expect(decodeDown(encodeBatch([jobOrder({ params })]))).toEqual([jobOrder({ params })]);
    }),
  );
});

test("params may nest as deeply as a value of their own", () => {
  let params: unknown = 1;
  for (let depth = 0; depth < VALUE_DEPTH_MAX; depth++) params = [params];
  expect(decodeDown(encodeBatch([jobOrder({ params })]))).toHaveLength(1);
});

test("a subclass of Uint8Array is bytes, as Node's Buffer is one, wherever in its memory it lies", () => {
  class Chunk extends Uint8Array {}
  const message = { ...report, parts: [{ ...partOf(1), values: Chunk.of(1, 2, 3, 4).subarray(1) }] };
  const batch = encodeBatch([message]);
  const memory = new Chunk(batch.length + 7);
  memory.set(batch, 7);
  expect(decodeUp(memory.subarray(7))).toEqual([
    { ...report, parts: [{ ...partOf(1), values: Uint8Array.of(2, 3, 4) }] },
  ]);
});

test("what a newer side adds to a body is ignored", () => {
  expect(decodeUp(encodeBatch([{ ...start, more: 1 } as Up]))).toEqual([start]);
});

describe("a refusal", () => {
  test("names the message and the place", () => {
    const broken = { ...report, parts: [{ ...partOf(1), count: 0 }] };
    expect(messageOf(() => decodeUp(encodeBatch([broken])))).toMatch(/^report\.parts\.0\.count: /);
    expect(codeOf(() => decodeUp(encodeBatch([broken])))).toBe("bad_message");
  });

  test("is `bad_message` for an unknown type, also one that objects have by themselves", () => {
    for (const type of ["nonsense", "__proto__", "constructor", "grant"]) {
      expect(messageOf(() => decodeUp(encodeBatch([{ type }])))).toContain(`no message "${type}"`);
    }
  });

  test("is `bad_message` for what is no batch", () => {
    for (const bytes of [
      [],
      [0xc0],
      [0x91, 0xc0],
      [0x91, 0x91, 0xa1, 0x61],
      [0x90, 0x90],
      [0xdd, 255, 255, 255, 255],
    ]) {
      expect(codeOf(() => decodeUp(new Uint8Array(bytes)))).toBe("bad_message");
    }
  });

  test("says which field of which message is wrong, and what is wrong with it", () => {
    const wrong = (message: { type: string }) => messageOf(() => decodeUp(encodeBatch([message])));
    expect(wrong({ ...start, lease: "3" } as { type: string })).toBe(
      "start.lease: Invalid input: expected number, received string",
    );
    expect(wrong({ ...report, parts: [{ ...partOf(1), count: 0 }] } as { type: string })).toBe(
      "report.parts.0.count: Too small: expected number to be >=1",
    );
  });

  test("is `bad_message` for what cannot be sent", () => {
    expect(messageOf(() => encodeBatch([jobOrder({ params: { at: new Date(0) } })]))).toMatch(/^job\.params\.at: /);
  });

  test("[M1] is `message_too_large` one byte over the limit", () => {
    const payloads = (bytes: number) => grantOf(1, { payloads: new Uint8Array(bytes) });
    const envelope = encodeBatch([payloads(MESSAGE_BYTES_MAX / 2)]).length - MESSAGE_BYTES_MAX / 2;
    const full = payloads(MESSAGE_BYTES_MAX - envelope);
    expect(decodeDown(encodeBatch([full]))).toHaveLength(1);
    expect(codeOf(() => encodeBatch([payloads(MESSAGE_BYTES_MAX - envelope + 1)]))).toBe("message_too_large");
    expect(codeOf(() => decodeUp(new Uint8Array(MESSAGE_BYTES_MAX + 1)))).toBe("message_too_large");
  });

  test("is `message_too_large` for one message too many", () => {
    const full = Array.from({ length: BATCH_MESSAGES_MAX }, () => start);
    expect(decodeUp(encodeBatch(full))).toHaveLength(BATCH_MESSAGES_MAX);
    expect(codeOf(() => encodeBatch([...full, start]))).toBe("message_too_large");
    const bytes = encodeBatch(full).subarray(3);
    const count = BATCH_MESSAGES_MAX + 1;
    const over = new Uint8Array([0xdc, count >> 8, count & 255, ...bytes, ...encodeBatch([start]).subarray(3)]);
    expect(codeOf(() => decodeUp(over))).toBe("message_too_large");
  });
});

test("a long row of messages is split, in order, below the limits", () => {
  const messages = Array.from({ length: 9 }, (_, i) => ({ ...report, lease: i, parts: [partOf(1, 1024 * 1024)] }));
  const batches = splitBatches(messages);
  expect(batches.map((batch) => batch.length <= MESSAGE_BYTES_MAX)).toEqual([true, true, true]);
  expect(batches.flatMap(decodeUp)).toMatchObject(messages.map(({ lease }) => ({ type: "report", lease })));
  expect(splitBatches([])).toEqual([]);
  expect(splitBatches(Array.from({ length: BATCH_MESSAGES_MAX + 1 }, () => start))).toHaveLength(2);
});

describe("whatever the bytes, nothing but a GridError is thrown", () => {
  const tried = (bytes: Uint8Array) => {
    for (const decode of [decodeUp, decodeDown]) {
      try {
        decode(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(GridError);
      }
    }
  };

  test("random bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), tried), { numRuns: 2_000 });
  });

  test("random bodies of known types", () => {
    const type = fc.constantFrom("hello", "report", "probed", "decline", "holding", "job", "grant", "refuse");
    const pair = fc.tuple(type, fc.dictionary(fc.constantFrom("lease", "parts", "shape", "failure", "job"), anyValue));
    fc.assert(fc.property(pair, ([type, body]) => tried(encodeBatch([{ ...body, type }]))));
  });

  test("good batches with some bytes changed", () => {
    const good = [encodeBatch([start, report, { type: "goodbye" }]), encodeBatch([jobOrder(), grant])];
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    const changes = fc.tuple(fc.constantFrom(...good), fc.array(change, { minLength: 1, maxLength: 4 }));
    const mutated = ([bytes, edits]: [Uint8Array, [number, number][]]) => {
      const copy = bytes.slice();
      for (const [at, byte] of edits) copy[at % copy.length] = byte;
      tried(copy);
    };
    fc.assert(fc.property(changes, mutated), { numRuns: 5_000 });
  });
});

function ascii(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}
