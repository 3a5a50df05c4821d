/**
 * Pictures of pages as small PNGs: the 256 colours that are most of a page, and for the few others (edges of letters) the nearest of
 * them. Reads what Chromium writes: 8 bits a channel, with or without alpha, not interlaced. https://www.w3.org/TR/png-3/
 */
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const RGB = 2;
const RGBA = 6;
const PALETTE = 3;
const COLOURS_MAX = 256;
const FREQUENT_COLOURS = 192;

type Picture = {
  readonly width: number;
  readonly height: number;
  /** `0xrrggbb` of each pixel, row by row. */
  readonly pixels: Uint32Array;
};

/** The same picture in fewer bytes. @throws Error for a PNG of another kind */
export function smallPng(png: Uint8Array): Buffer {
  const { width, height, pixels } = decoded(png);
  const { palette, indexOf } = paletteOf(pixels);
  const rows = Buffer.alloc((width + 1) * height); // a filter byte first in each row: 0, none, which is best for a palette
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indexOf(pixels[y * width + x] as number); // in the picture
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, PALETTE, 0, 0, 0], 8);
  const colours = Buffer.concat(palette.map((colour) => Buffer.from([colour >> 16, colour >> 8, colour])));
  const body = deflateSync(rows, { level: 9, memLevel: 9 });
  const parts = [chunk("IHDR", header), chunk("PLTE", colours), chunk("IDAT", body), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...parts]);
}

function decoded(png: Uint8Array): Picture {
  const chunks = chunksOf(Buffer.from(png));
  const header = chunks.find(({ type }) => type === "IHDR")?.body ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [bits, kind, , , interlaced] = header.subarray(8);
  if (bits !== 8 || (kind !== RGB && kind !== RGBA) || interlaced !== 0)
    throw new Error("not a PNG as Chromium makes it");
  const packed = Buffer.concat(chunks.filter(({ type }) => type === "IDAT").map(({ body }) => body));
  const channels = kind === RGB ? 3 : 4;
  const bytes = unfiltered(inflateSync(packed), { stride: width * channels, height, channels });
  const pixels = Uint32Array.from({ length: width * height }, (_, i) => bytes.readUIntBE(i * channels, 3));
  return { width, height, pixels };
}

function chunksOf(png: Buffer): { type: string; body: Buffer }[] {
  const chunks = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString("latin1", at + 4, at + 8), body: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

/** Each byte was written as its difference to what the row's filter foretold from its neighbours. */
function unfiltered(
  rows: Buffer,
  { stride, height, channels }: { stride: number; height: number; channels: number },
): Buffer {
  const bytes = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)] as number; // each row begins with one
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < channels ? 0 : (bytes[at - channels] as number);
      const above = y === 0 ? 0 : (bytes[at - stride] as number);
      const corner = x < channels || y === 0 ? 0 : (bytes[at - stride - channels] as number);
      bytes[at] = (rows[at + y + 1] as number) + foretold(filter, { left, above, corner });
    }
  }
  return bytes;
}

function foretold(filter: number, { left, above, corner }: { left: number; above: number; corner: number }): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter === 0) return 0;
  const guess = left + above - corner;
  const [a, b, c] = [left, above, corner].map((byte) => Math.abs(guess - byte)) as [number, number, number];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

function paletteOf(pixels: Uint32Array): { palette: number[]; indexOf: (colour: number) => number } {
  const counts = new Map<number, number>();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const byCount = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const palette = withStrangest(byCount.slice(0, FREQUENT_COLOURS), byCount.slice(FREQUENT_COLOURS));
  const known = new Map(palette.map((colour, i) => [colour, i]));
  const indexOf = (colour: number): number => {
    const index = known.get(colour) ?? nearest(palette, colour);
    known.set(colour, index);
    return index;
  };
  return { palette, indexOf };
}

/** Adds those that are least like any other, so that what is small and colourful, such as a sign, keeps its colour. */
function withStrangest(palette: number[], others: readonly number[]): number[] {
  const away = others.map((colour) => Math.min(...palette.map((each) => distance(each, colour))));
  while (palette.length < COLOURS_MAX) {
    const farthest = away.indexOf(Math.max(...away));
    const colour = others[farthest];
    if (colour === undefined || away[farthest] === 0) break;
    palette.push(colour);
    for (const [i, other] of others.entries()) away[i] = Math.min(away[i] as number, distance(colour, other));
  }
  return palette;
}

function nearest(palette: readonly number[], colour: number): number {
  const distances = palette.map((each) => distance(each, colour));
  return distances.indexOf(Math.min(...distances));
}

function distance(a: number, b: number): number {
  const channels = [16, 8, 0].map((shift) => ((a >> shift) & 255) - ((b >> shift) & 255));
  return channels.reduce((sum, each) => sum + each * each, 0);
}

function chunk(type: string, body: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(body.length, 0);
  ends.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)]);
}
