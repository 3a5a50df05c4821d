/** Reads the sources of atoms from the coordinator that served this page. */
import { type SourceReader, SourceRefused } from "@valence/shared/client/atom-sources";

const TRY_MS = 10_000;

export function httpReader(origin: string): SourceReader {
  const closing = new AbortController();
  return {
    async read(path) {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(TRY_MS)]);
      const response = await fetch(origin + path, { signal, redirect: "error", credentials: "omit" });
      if (response.ok) return new Uint8Array(await response.arrayBuffer());
      const message = `${path} answers ${response.status}`;
      if (response.status === 429 || response.status >= 500) throw new Error(message);
      throw new SourceRefused("unknown_atom", message);
    },
    close: () => closing.abort(),
  };
}
