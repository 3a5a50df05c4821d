/** The elements of lists for the jobs at work, and how many of them fit one lease. An uploaded list stays in the store. */
import { packEncoded } from "@valence/shared/pack";
import { decodeValue, encodeValue } from "@valence/shared/value-codec";
import { type Fit, type JobSpec, uploadOf } from "../core/job-spec.js";
import type { Store, UploadIndex } from "../store/store.js";
import type { ReadPayloads } from "./post.js";

/** Payloads of one lease: what a slow link carries in a second or so. */
export const LEASE_PAYLOAD_BYTES_MAX = 512 * 1024;

const wholeSpan: Fit = (_, to) => to;

export type List = {
  /** How far a lease may reach. */
  readonly fit: Fit;
  /** Elements `[from, to)`, at most as many as fit one lease, encoded one after the other. */
  read(from: number, to: number): Uint8Array | Promise<Uint8Array>;
};

/**
 * The list that a job computes on; null for one that computes on none. Of an upload no element is held, and of each page of some
 * thousand two numbers.
 *
 * @param inline the elements that came with the job, as its record has them
 * @throws Error when they are not there: the store is damaged
 */
export async function listOf(
  store: Pick<Store, "uploadIndex" | "uploadElements">,
  spec: Pick<JobSpec, "id" | "input">,
  inline: Uint8Array | null,
): Promise<List | null> {
  if (spec.input.kind !== "list") return null;
  const upload = uploadOf(spec);
  if (upload === null && inline) return inlineList(unpackList(inline));
  const index = upload === null ? null : await store.uploadIndex(upload);
  if (upload === null || index === null) throw new Error(`the list of job ${spec.id} is gone`);
  return { fit: pagesWithin(index), read: (from, to) => store.uploadElements(upload, { from, to }) };
}

function inlineList(elements: readonly Uint8Array[]): List {
  const ends = new Float64Array(elements.length + 1);
  for (const [i, element] of elements.entries()) ends[i + 1] = (ends[i] ?? 0) + element.length;
  return {
    fit: (from, to) => lastWithin(ends, from, to),
    read: (from, to) => Buffer.concat(elements.slice(from, to)),
  };
}

export class Lists {
  readonly #jobs = new Map<string, List>();

  /** Keeps the list of a job, if it has one, and says how far a lease may reach. */
  keep(job: string, list: List | null): Fit {
    if (!list) return wholeSpan;
    this.#jobs.set(job, list);
    return list.fit;
  }

  /** The jobs whose lists are held. */
  jobs(): string[] {
    return [...this.#jobs.keys()];
  }

  close(job: string): void {
    this.#jobs.delete(job);
  }

  /** How to read elements `[from, to)` in one packed column; null for a job without a list. */
  payloads(job: string, from: number, to: number): ReadPayloads | null {
    const list = this.#jobs.get(job);
    if (!list) return null;
    return () => {
      const elements = list.read(from, to);
      return elements instanceof Uint8Array ? packEncoded([elements]) : elements.then((each) => packEncoded([each]));
    };
  }
}

/** The elements of an inline list as a record keeps them. */
export function packList(elements: readonly Uint8Array[]): Uint8Array {
  return encodeValue(elements);
}

function unpackList(packed: Uint8Array): Uint8Array[] {
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

/**
 * As far as the pages from the one of `from` on are within the limit as a whole: where in a page an element ends is not known
 * here. A page is far below the limit, so a lease reaches at least to the end of its first one.
 */
function pagesWithin({ firsts, bytes }: UploadIndex): Fit {
  return (from, to) => {
    let page = pageOf(firsts, from);
    let left = LEASE_PAYLOAD_BYTES_MAX;
    do left -= bytes[page++] ?? 0;
    while (page < firsts.length && Number(firsts[page]) < to && left >= Number(bytes[page]));
    return Math.min(to, firsts[page] ?? to);
  };
}

/** The last page that begins at or before the element. */
function pageOf(firsts: Uint32Array, element: number): number {
  let low = 0;
  let high = firsts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (Number(firsts[middle]) <= element) low = middle;
    else high = middle - 1;
  }
  return low;
}
