/** Reads the sources of atoms over HTTP. */
import { type AtomSources, atomSources, type SourceReader, SourceRefused } from "@valence/shared/client/atom-sources";
import { ATOM_BYTES_MAX } from "@valence/shared/limits";
import { nodeClock } from "../node-clock.js";

const TRY_MS = 10_000;

export type HttpSourcesOptions = {
  /** Of the coordinator. */
  readonly url: string;
  readonly random?: () => number;
  readonly patienceMs?: number;
};

export function httpSources({ url, random = Math.random, patienceMs }: HttpSourcesOptions): AtomSources {
  return atomSources({ reader: httpReader(url), clock: nodeClock, random, patienceMs });
}

function httpReader(url: string): SourceReader {
  const closing = new AbortController();
  return {
    read: (path) =>
      bytesAt(new URL(url.replace(/\/+$/, "") + path), AbortSignal.any([closing.signal, AbortSignal.timeout(TRY_MS)])),
    close: () => closing.abort(),
  };
}

async function bytesAt(url: URL, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, { signal, redirect: "error" });
  if (response.ok) return await bytesOf(response);
  await response.body?.cancel();
  const message = `${url} answers ${response.status}`;
  if (response.status === 429 || response.status >= 500) throw new Error(message);
  throw new SourceRefused("unknown_atom", message);
}

/** Read piece by piece, so that a coordinator cannot fill this computer's memory. */
async function bytesOf(response: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > ATOM_BYTES_MAX) throw new SourceRefused("atom_too_large", `more than ${ATOM_BYTES_MAX} bytes`);
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces, bytes));
}
