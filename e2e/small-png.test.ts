import { crc32, deflateSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { smallPng } from "./small-png.js";

type Pixel = readonly [red: number, green: number, blue: number];

const byte = fc.nat(255);
const pixel = fc.tuple(byte, byte, byte);
const picture = fc
  .tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
    fc.array(pixel, { minLength: 1, maxLength: 256 }),
  )
  .chain(([width, height, colours]) =>
    fc.record({
      width: fc.constant(width),
      pixels: fc.array(fc.constantFrom(...colours), { minLength: width * height, maxLength: width * height }),
      filters: fc.array(fc.nat(4), { minLength: height, maxLength: height }),
      alpha: fc.boolean(),
    }),
  );

test("a picture of few colours stays what it is, whatever filters it was written with", () => {
  fc.assert(
    fc.property(picture, ({ width, pixels, filters, alpha }) => {
      expect(pixelsOf(smallPng(pngOf(pixels, { width, filters, alpha })))).toEqual(pixels);
    }),
  );
});

test("of many colours the most frequent stay, and those that are like no other, and the rest become the nearest of them", () => {
  const many = Array.from({ length: 300 }, (_, i): Pixel => [i % 256, i >> 8, 0]);
  const amber: Pixel = [217, 120, 0];
  const pixels = [...many.slice(0, 192), ...many, amber];
  const small = pixelsOf(smallPng(pngOf(pixels, { width: pixels.length, filters: [0], alpha: false })));
  expect(small.slice(0, 192)).toEqual(many.slice(0, 192));
  expect(small.at(-1)).toEqual(amber);
  expect(small.at(-2)).toEqual([43, 0, 0]); // of [43, 1, 0]
});

test("a PNG of another kind is refused", () => {
  const odd = pngOf([[1, 2, 3]], { width: 1, filters: [0], alpha: false });
  odd[24] = 16; // bits a channel
  expect(() => smallPng(odd)).toThrow("not a PNG as Chromium makes it");
});

type Form = { readonly width: number; readonly filters: readonly number[]; readonly alpha: boolean };

/** As the specification writes it, with a filter for each row. */
function pngOf(pixels: readonly Pixel[], { width, filters, alpha }: Form): Buffer {
  const rows = filters.map((_, y) =>
    pixels.slice(y * width, (y + 1) * width).flatMap((colour) => (alpha ? [...colour, 255] : [...colour])),
  );
  const channels = alpha ? 4 : 3;
  const filtered = rows.flatMap((row, y) => [
    filters[y]!,
    ...row.map((value, x) => {
      const a = row[x - channels] ?? 0;
      const b = rows[y - 1]?.[x] ?? 0;
      const c = rows[y - 1]?.[x - channels] ?? 0;
      const nearest = [a, b, c].toSorted((p, q) => Math.abs(a + b - c - p) - Math.abs(a + b - c - q))[0]!; // stable: a, b, c
      return (value - [0, a, b, Math.floor((a + b) / 2), nearest][filters[y]!]!) & 255;
    }),
  ]);
  const header = Buffer.from([0, 0, width >> 8, width, 0, 0, 0, filters.length, 8, alpha ? 6 : 2, 0, 0, 0]);
  const parts = [
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from(filtered))),
    chunk("IEND", Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...parts]);
}

function chunk(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const typed = Buffer.concat([Buffer.from(type), body]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, check]);
}

/** Of a PNG with a palette and no filters. */
function pixelsOf(png: Buffer): Pixel[] {
  const bodies = new Map<string, Buffer>();
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const [from, to] = [at + 8, at + 8 + png.readUInt32BE(at)];
    expect(png.readUInt32BE(to)).toBe(crc32(png.subarray(at + 4, to)));
    bodies.set(png.toString("latin1", at + 4, at + 8), png.subarray(from, to));
  }
  const width = bodies.get("IHDR")!.readUInt32BE(0);
  const palette = bodies.get("PLTE")!;
  const rows = inflateSync(bodies.get("IDAT")!);
  const indices = [...rows].filter((_, i) => i % (width + 1) !== 0);
  return indices.map((index) => [palette[3 * index]!, palette[3 * index + 1]!, palette[3 * index + 2]!]);
}
