/** Reads the sources of atoms from the coordinator that served this page. */
import { type SourceReader, SourceRefused } from "@valence/shared/client/atom-sources";
import { ATOM_BYTES_MAX } from "@valence/shared/limits";

const TRY_MS = 10_000;

export function httpReader(origin: string): SourceReader {
  const closing = new AbortController();
  return {
    async read(path) {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(TRY_MS)]);
      const response = await fetch(origin + path, { signal, redirect: "error", credentials: "omit" });
      if (response.ok) return await bytesOf(response);
      const message = `${path} answers ${response.status}`;
      if (response.status === 429 || response.status >= 500) throw new Error(message);
      throw new SourceRefused("unknown_atom", message);
    },
    close: () => closing.abort(),
  };
}

/** Read piece by piece, so that an answer of any size takes no more than an atom may. */
async function bytesOf(response: Response): Promise<Uint8Array> {
  const bytes = new Uint8Array(ATOM_BYTES_MAX);
  let length = 0;
  const reader = response.body?.getReader();
  for (let next = await reader?.read(); next?.value; next = await reader?.read()) {
    if (length + next.value.length > ATOM_BYTES_MAX) {
      await reader?.cancel();
      throw new SourceRefused("atom_too_large", `more than ${ATOM_BYTES_MAX} bytes`);
    }
    bytes.set(next.value, length);
    length += next.value.length;
  }
  return bytes.slice(0, length);
}
