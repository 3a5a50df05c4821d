import { encodeValue } from "@valence/shared/value-codec";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type UploadReader, uploadReader } from "./upload-reader.js";

const LIMITS = { bytesMax: 100, linesMax: 10, lineBytesMax: 20 };
const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const elementsOf = (...values: unknown[]) => Uint8Array.from(Buffer.concat(values.map((value) => encodeValue(value))));

let reader: UploadReader;
beforeEach(() => {
  reader = uploadReader(LIMITS);
});
afterEach(() => reader.close());

test("the lines of several uploads become pages, each of its own", async () => {
  const [one, two] = [reader.lines(), reader.lines()];
  await Promise.all([one.add(bytesOf("1\n2")), two.add(bytesOf("[3]\n"))]);
  await one.add(bytesOf("5\n"));
  const page = { first: 0, elements: elementsOf(1, 25), sizes: Uint8Array.of(0, 0, 0, 0) };
  expect(await one.end()).toEqual({ items: 2, bytes: 5, pages: [page] });
  expect(await two.end()).toMatchObject({ items: 1, bytes: 4 });
  one.drop();
  two.drop();
});

test("bytes of a pooled buffer are taken as they are, and left where they are", async () => {
  const pool = Buffer.from("0\n1\n2\n3\n");
  const lines = reader.lines();
  await lines.add(pool.subarray(2, 6));
  expect((await lines.end()).pages[0]?.elements).toEqual(Uint8Array.of(1, 2));
  expect(pool.toString()).toBe("0\n1\n2\n3\n");
});

test("a refusal crosses with its code, sentence and details, and concerns nobody else", async () => {
  const [bad, good] = [reader.lines(), reader.lines()];
  const refused = bad.add(bytesOf("1\nx\n"));
  await expect(refused).rejects.toMatchObject({ name: "GridError", code: "bad_json", details: { line: 2 } });
  await expect(reader.lines().end()).rejects.toMatchObject({ code: "empty_input" });
  await good.add(bytesOf("1\n"));
  expect(await good.end()).toMatchObject({ items: 1 });
});

test("elements are held against a schema, and the first one at fault is named", async () => {
  const schema = { type: "integer", minimum: 2 } as const;
  const check = (...values: unknown[]) =>
    reader.check({ schema, elements: elementsOf(...values), count: values.length });
  expect(await check(2, 3, 4)).toBeNull();
  expect(await check(2, 3, 1, "x")).toEqual({ index: 2, fault: "payload must be at least 2, and is 1" });
});

test("a thread that dies loses what it was reading, and another one goes on", async () => {
  const lines = reader.lines();
  await lines.add(bytesOf("1\n"));
  // Not what the coordinator could send: elements that are none.
  const dying = reader.check({ schema: {}, elements: Uint8Array.of(0xc1), count: 1 });
  await expect(dying).rejects.toMatchObject({ code: "internal" });
  await expect(lines.end()).rejects.toMatchObject({ code: "internal" });
  lines.drop();
  const fresh = reader.lines();
  await fresh.add(bytesOf("1\n"));
  expect(await fresh.end()).toMatchObject({ items: 1 });
});

test("closing refuses what waits, and what comes later", async () => {
  const lines = reader.lines();
  const waiting = expect(lines.add(bytesOf("1\n"))).rejects.toMatchObject({ code: "draining" });
  await reader.close();
  await waiting;
  await expect(lines.end()).rejects.toMatchObject({ code: "draining" });
  expect(() => reader.lines()).toThrow(expect.objectContaining({ code: "draining" }));
});
