/** Holds the elements of an upload against an atom's schema: some thousand at a time, read while those before are checked. */
import type { JsonSchema } from "@valence/shared/payload-schema";
import type { UploadReader } from "../uploads/upload-reader.js";
import { payloadInvalid } from "./job-request.js";
import type { List } from "./lists.js";

/** At most so many in one question to the thread; and no more bytes than fit a lease. */
const CHECKED_AT_ONCE = 16_384;

type Piece = { readonly from: number; readonly to: number; readonly elements: Uint8Array };

/** @throws GridError `payload_invalid` with the number of the first line that does not fit */
export async function checkElements(
  list: List,
  items: number,
  { schema, reader }: { schema: JsonSchema; reader: Pick<UploadReader, "check"> },
): Promise<void> {
  for (let reading: Promise<Piece> | null = read(list, 0, items); reading; ) {
    const { from, to, elements }: Piece = await reading;
    reading = to < items ? read(list, to, items) : null;
    reading?.catch(() => {}); // whoever waits for it is told
    const misfit = await reader.check({ schema, elements, count: to - from });
    if (misfit === null) continue;
    const line = from + misfit.index + 1; // an upload has an element on each line
    throw payloadInvalid(`line ${line} of the upload`, misfit.fault, { line });
  }
}

async function read(list: List, from: number, items: number): Promise<Piece> {
  const to = list.fit(from, Math.min(items, from + CHECKED_AT_ONCE));
  return { from, to, elements: await list.read(from, to) };
}
