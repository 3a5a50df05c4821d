/**
 * Reports and kept results on their way back from the thread: the rows of which there can be a hundred thousand.
 * Cloned as objects 800,000 rows took 23 s to arrive; as one packet 7 s, nearly all of it SQLite's.
 */
import type { Span } from "@valence/shared/span";
import { type Packet, PacketWriter, readPacket, type Slice } from "./sqlite-packet.js";

/** `number` is a report's block or a result's row; `bytes` its aggregate or its results. */
export type RowColumns = {
  readonly number: number;
  readonly from: number;
  readonly to: number;
  readonly identity: string;
  readonly at: number;
  readonly bytes: Uint8Array | null;
};

export type PackedRows = { readonly packet: Packet; readonly slice: Slice };
export type UnpackedRow = Omit<RowColumns, "from" | "to"> & { readonly span: Span };

/** For all pages that the thread reads: it copies out what it has gathered, and does not grow anew for each. */
const pages = new PacketWriter();

/** Takes rows until one reaches `bytesMax`, that one included. */
export function packRows(rows: Iterable<RowColumns>, bytesMax: number): PackedRows {
  const writer = Number.isFinite(bytesMax) ? pages : new PacketWriter();
  const slice = writer.begin();
  let total = 0;
  try {
    for (const { number, from, to, identity, at, bytes } of rows) {
      writer.put("row", [number, from, to, identity, at, bytes]);
      slice.statements++;
      total += bytes?.length ?? 0;
      if (total >= bytesMax) break;
    }
  } catch (error) {
    writer.drop(slice); // A damaged file: the next read begins anew.
    throw error;
  }
  return { packet: writer.take(), slice };
}

/** The bytes of the rows are views of one buffer. */
export function unpackRows<T>({ packet, slice }: PackedRows, make: (row: UnpackedRow) => T): T[] {
  const rows: T[] = [];
  readPacket(packet, slice, (_, parameters) => {
    const [number, from, to, identity, at, bytes] = parameters as RowValues; // As `packRows` has put them.
    rows.push(make({ number, span: { from, to }, identity, at, bytes }));
  });
  return rows;
}

type RowValues = [number, number, number, string, number, Uint8Array | null];
