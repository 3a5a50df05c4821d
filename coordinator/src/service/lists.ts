/** The elements of lists, encoded one by one, for the jobs at work; and how many of them fit one lease. */
import { packEncoded } from "@valence/shared/pack";
import { decodeValue, encodeValue } from "@valence/shared/value-codec";
import type { Fit } from "../core/job-spec.js";

/** Payloads of one lease: what a slow link carries in a second or so. */
export const LEASE_PAYLOAD_BYTES_MAX = 512 * 1024;

export const wholeSpan: Fit = (_, to) => to;

export class Lists {
  readonly #jobs = new Map<string, readonly Uint8Array[]>();

  /** Keeps the elements of a job, and says how far a lease may reach. */
  open(job: string, elements: readonly Uint8Array[]): Fit {
    this.#jobs.set(job, elements);
    const ends = new Float64Array(elements.length + 1);
    for (const [i, element] of elements.entries()) ends[i + 1] = (ends[i] ?? 0) + element.length;
    return (from, to) => lastWithin(ends, from, to);
  }

  /** The jobs whose elements are held. */
  jobs(): string[] {
    return [...this.#jobs.keys()];
  }

  close(job: string): void {
    this.#jobs.delete(job);
  }

  /** Elements `[from, to)` in one packed column; null for a job without a list. */
  payloads(job: string, from: number, to: number): Uint8Array | null {
    const elements = this.#jobs.get(job);
    return elements ? packEncoded(elements.slice(from, to)) : null;
  }
}

/** The elements of an inline list as a record keeps them. */
export function packList(elements: readonly Uint8Array[]): Uint8Array {
  return encodeValue(elements);
}

export function unpackList(packed: Uint8Array): Uint8Array[] {
  return decodeValue(packed) as Uint8Array[]; // packed by `packList`
}

/** The greatest end in `(from, to]` within the limit, where `ends[i]` is the size of the first `i` elements; at least one. */
function lastWithin(ends: Float64Array, from: number, to: number): number {
  const most = (ends[from] ?? 0) + LEASE_PAYLOAD_BYTES_MAX;
  let low = from + 1;
  let high = to;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ends[middle] ?? 0) <= most) low = middle;
    else high = middle - 1;
  }
  return low;
}
