/** Pages of uploads, which stores keep as they come: how a span of elements is cut out of them. Pure. */
import type { UploadPage } from "../core/writes.js";
import { StoreError } from "./store.js";

/** How many elements a page has. */
export function itemsOfPage({ sizes }: Pick<UploadPage, "sizes">): number {
  return sizes.length / 2;
}

/** Elements `[from, to)` out of pages that follow each other. @throws StoreError `failed` when they do not hold them all */
export function cutElements(pages: readonly UploadPage[], { from, to }: { from: number; to: number }): Uint8Array {
  const cuts: Uint8Array[] = [];
  let next = from;
  for (const page of pages) {
    const end = Math.min(to, page.first + itemsOfPage(page));
    if (page.first > next || end <= next) continue;
    cuts.push(cutPage(page, next - page.first, end - page.first));
    next = end;
  }
  if (next < to || from >= to)
    throw new StoreError("failed", `The upload does not have the elements ${from} to ${to}.`);
  return joined(cuts);
}

/** `from` and `to` count within the page. */
function cutPage({ sizes, elements }: UploadPage, from: number, to: number): Uint8Array {
  const start = lengthOf(sizes, 0, from);
  return elements.subarray(start, start + lengthOf(sizes, from, to));
}

/** The bytes of elements `[from, to)` of a page. */
function lengthOf(sizes: Uint8Array, from: number, to: number): number {
  let length = to - from;
  // Two bytes for each element: both reads are within the array.
  for (let at = 2 * from; at < 2 * to; at += 2) length += (sizes[at] as number) + 256 * (sizes[at + 1] as number);
  return length;
}

/** Always a copy: a view, sent to another thread, would take its whole page along. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
