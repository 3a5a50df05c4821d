import { sha256Hex } from "@valence/shared/atom-id";
import { ATOM_BYTES_MAX } from "@valence/shared/limits";
import { afterEach, describe, expect, test } from "vitest";
import { ATOM_READS_WAITING_MAX, type AtomReader, atomReader } from "./atom-reader.js";

const encoder = new TextEncoder();
const bytesOf = (text: string) => encoder.encode(text);
const PI = `export default { name: "pi", payload: { type: "object" }, process() {} };`;
/** Quadratic in the parser's check for repeated names: a minute of it. */
const slow = bytesOf(`let a${Array.from({ length: 120_000 }, (_, index) => `,a${index}`).join("")}`);
/** A million nodes: more than 64 MB. */
const hungry = bytesOf(`${"a;".repeat(500_000)}${PI}`);

let reader: AtomReader;
const open = (bounds: Parameters<typeof atomReader>[0] = {}) => {
  reader = atomReader({ timeoutMs: 20_000, ...bounds });
  return reader;
};
afterEach(() => reader.close());

describe("a read", () => {
  test("gives the id, the name and the schema", async () => {
    const bytes = bytesOf(PI);
    const id = `pi@sha256-${sha256Hex(bytes)}`;
    expect(await open().read(bytes)).toEqual({ id, name: "pi", schema: { type: "object" } });
  });

  test("takes only its part of a pooled buffer, and leaves it whole", async () => {
    const pooled = Buffer.from(PI);
    const { id } = await open().read(pooled);
    expect(id).toBe(`pi@sha256-${sha256Hex(bytesOf(PI))}`);
    expect(pooled.toString()).toBe(PI);
  });

  test("refuses with the code, the message and the place that reading gives", async () => {
    const refused = open().read(bytesOf('\nimport "x";'));
    await expect(refused).rejects.toMatchObject({ code: "atom_imports", status: 422, details: { line: 2, column: 1 } });
  });

  test("refuses what is not UTF-8", async () => {
    await expect(open().read(new Uint8Array([0x2f, 0x2f, 0xff]))).rejects.toMatchObject({ code: "atom_syntax" });
  });

  test("[M1] takes a source at the limit and refuses one byte more", async () => {
    const full = bytesOf(PI + " ".repeat(ATOM_BYTES_MAX - PI.length));
    expect((await open().read(full)).name).toBe("pi");
    const over = reader.read(bytesOf(PI + " ".repeat(ATOM_BYTES_MAX - PI.length + 1)));
    await expect(over).rejects.toMatchObject({ code: "atom_too_large", status: 413 });
  });
});

describe("a source that cannot be read in time and space", () => {
  test("[P1] is refused after the time-out, and the next is read in a fresh thread", async () => {
    const first = open({ timeoutMs: 300 }).read(slow);
    const second = reader.read(bytesOf(PI));
    await expect(first).rejects.toMatchObject({ code: "atom_too_complex" });
    expect((await second).name).toBe("pi");
  });

  test("is refused when nested deeply", async () => {
    await expect(open().read(bytesOf("[".repeat(500_000)))).rejects.toMatchObject({ code: "atom_too_complex" });
    expect((await reader.read(bytesOf(PI))).name).toBe("pi");
  });

  test("is refused when it takes all the memory it may", async () => {
    await expect(open({ heapMb: 32 }).read(hungry)).rejects.toMatchObject({ code: "atom_too_complex" });
    expect((await reader.read(bytesOf(PI))).name).toBe("pi");
  });
});

describe("the queue", () => {
  test("answers in order, one at a time, and is bounded", async () => {
    const names = Array.from({ length: ATOM_READS_WAITING_MAX + 1 }, (_, index) => `a${index}`);
    open();
    const reads = names.map((name) => reader.read(bytesOf(PI.replace("pi", name))));
    await expect(reader.read(bytesOf(PI))).rejects.toMatchObject({ code: "overloaded", status: 503 });
    expect((await Promise.all(reads)).map(({ name }) => name)).toEqual(names);
  });

  test("is refused on close, with what is being read, and so is every later read", async () => {
    const reads = [open().read(slow), reader.read(bytesOf(PI))].map((read) => read.catch((error) => error.code));
    await reader.close();
    expect(await Promise.all(reads)).toEqual(["draining", "draining"]);
    await expect(reader.read(bytesOf(PI))).rejects.toMatchObject({ code: "draining" });
  });
});
