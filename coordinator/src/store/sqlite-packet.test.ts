import fc from "fast-check";
import { expect, test } from "vitest";
import type { SqlValue } from "./sqlite-library.js";
import { type Packet, PacketWriter, readPacket, type Slice } from "./sqlite-packet.js";

type Statement = [name: string, parameters: SqlValue[]];

function write(writer: PacketWriter, statements: readonly Statement[]): Slice {
  const slice = writer.begin();
  for (const [name, parameters] of statements) {
    writer.put(name, parameters);
    slice.statements++;
  }
  return slice;
}

function read(packet: Packet, slice: Slice): Statement[] {
  const statements: Statement[] = [];
  readPacket(packet, slice, (name, parameters) => statements.push([name, parameters]));
  return statements;
}

const values = fc.oneof(fc.string(), fc.maxSafeInteger(), fc.constant(null), fc.uint8Array({ maxLength: 300 }));
const call: fc.Arbitrary<Statement[]> = fc.array(fc.tuple(fc.string(), fc.array(values)));

test("each call of a packet is read back as it was put, also twice, also out of turn", () => {
  fc.assert(
    fc.property(fc.array(call), (calls) => {
      const writer = new PacketWriter();
      const slices = calls.map((statements) => write(writer, statements));
      const packet = writer.take();
      for (let n = calls.length - 1; n >= 0; n--) {
        expect(read(packet, slices[n]!)).toEqual(calls[n]);
        expect(read(packet, slices[n]!)).toEqual(calls[n]);
      }
    }),
  );
});

test("a dropped call leaves nothing behind", () => {
  const writer = new PacketWriter();
  const first = write(writer, [["a", [1, Uint8Array.of(1)]]]);
  writer.drop(write(writer, [["b", ["x", Uint8Array.of(2, 3)]]]));
  const last = write(writer, [["c", [Uint8Array.of(4)]]]);
  const packet = writer.take();
  expect(read(packet, first)).toEqual([["a", [1, Uint8Array.of(1)]]]);
  expect(read(packet, last)).toEqual([["c", [Uint8Array.of(4)]]]);
  expect(packet.bytes).toEqual(Uint8Array.of(1, 4));
});

test("blobs larger than the scratch space survive, and later packets start empty", () => {
  const writer = new PacketWriter();
  const large = new Uint8Array(10 * 1024 * 1024).fill(7);
  write(writer, [["a", [Uint8Array.of(1), large]]]);
  expect(Buffer.compare(writer.take().bytes.subarray(1), large)).toBe(0);
  const slice = write(writer, [["b", [Uint8Array.of(2)]]]);
  expect(read(writer.take(), slice)).toEqual([["b", [Uint8Array.of(2)]]]);
});

test("a number that is no safe integer is refused", () => {
  for (const number of [0.5, -(2 ** 53), Number.NaN])
    expect(() => new PacketWriter().put("a", [number])).toThrow(RangeError);
});

test("a packet that is handed over leaves with its buffer, which serves again when it is given back", () => {
  const writer = new PacketWriter();
  const gather = (value: number) => {
    const slice = writer.begin();
    writer.put("s", [Uint8Array.of(value, value)]);
    slice.statements = 1;
    return { slice, ...writer.handOver() };
  };
  const first = gather(1);
  const second = gather(2);
  const said = ({ packet, slice }: ReturnType<typeof gather>) => {
    const blobs: unknown[] = [];
    readPacket(packet, slice, (_, parameters) => blobs.push(...parameters));
    return blobs;
  };
  expect([said(first), said(second)]).toEqual([[Uint8Array.of(1, 1)], [Uint8Array.of(2, 2)]]);
  writer.takeBack(first.buffer!);
  expect(gather(3).buffer).not.toBe(first.buffer); // the one after the second was begun before
  const again = gather(4);
  expect(again.buffer).toBe(first.buffer);
  expect(said(again)).toEqual([Uint8Array.of(4, 4)]);
});

test("a packet without blobs has no buffer to give", () => {
  const writer = new PacketWriter();
  const slice = writer.begin();
  writer.put("s", [1, "two"]);
  slice.statements = 1;
  const { packet, buffer } = writer.handOver();
  expect(buffer).toBeNull();
  expect(packet.values).toEqual(["s", 2, 1, "two"]);
});

test("buffers that are too large, or too many, are not kept", () => {
  const writer = new PacketWriter();
  const large = new ArrayBuffer(5 * 1024 * 1024);
  const spares = [large, ...Array.from({ length: 3 }, () => new ArrayBuffer(64 * 1024))];
  for (const spare of spares) writer.takeBack(spare);
  const used = Array.from({ length: 5 }, () => {
    writer.put("s", [Uint8Array.of(1)]);
    return writer.handOver().buffer;
  });
  expect(spares.map((spare) => used.includes(spare))).toEqual([false, true, true, false]);
});
