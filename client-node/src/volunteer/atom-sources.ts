/** The sources of atoms, from the coordinator, each checked against its id. Knows no slot and no job. */
import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { parseAtomId } from "@valence/shared/atom-id";
import { ATOM_BYTES_MAX } from "@valence/shared/limits";
import { reconnectMs } from "@valence/shared/reconnect";

const TRY_MS = 10_000;
/** All tries together: less than a volunteer's worker may take to open. */
const PATIENCE_MS = 20_000;
/** Of ATOM_BYTES_MAX each, at most. */
const KEPT_MAX = 16;

export interface AtomSources {
  /** The module's bytes. @throws SourceRefused when there will be none */
  get(atom: string): Promise<Uint8Array>;
  /** Ends what is under way. */
  close(): void;
}

/** There will be no source of the atom here. */
export class SourceRefused extends Error {
  readonly code: "unknown_atom" | "atom_mismatch" | "atom_too_large" | "source_unreachable";

  constructor(code: SourceRefused["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type HttpSourcesOptions = {
  /** Of the coordinator. */
  readonly url: string;
  readonly random?: () => number;
  readonly patienceMs?: number;
};

export function httpSources(options: HttpSourcesOptions): AtomSources {
  return new HttpSources(options);
}

class HttpSources implements AtomSources {
  readonly #options: HttpSourcesOptions;
  readonly #closing = new AbortController();
  /** Fetched once for all slots; the least recently used goes first. */
  readonly #kept = new Map<string, Promise<Uint8Array>>();

  constructor(options: HttpSourcesOptions) {
    this.#options = options;
  }

  get(atom: string): Promise<Uint8Array> {
    const source = this.#kept.get(atom) ?? this.#fetched(atom);
    this.#kept.delete(atom);
    this.#kept.set(atom, source);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
    source.catch(() => this.#kept.delete(atom));
    return source;
  }

  close(): void {
    this.#closing.abort();
  }

  async #fetched(atom: string): Promise<Uint8Array> {
    const hash = parseAtomId(atom)?.sha256;
    if (!hash) throw new SourceRefused("unknown_atom", `${atom} is no id of an atom`);
    const source = await this.#patiently(
      new URL(`${this.#options.url.replace(/\/+$/, "")}/api/v1/atoms/${atom}/source`),
    );
    if (createHash("sha256").update(source).digest("hex") === hash) return source;
    throw new SourceRefused("atom_mismatch", `the coordinator's source of ${atom} has another hash`);
  }

  async #patiently(url: URL): Promise<Uint8Array> {
    const { random = Math.random, patienceMs = PATIENCE_MS } = this.#options;
    const until = performance.now() + patienceMs;
    for (let failures = 1; ; failures++) {
      try {
        return await bytesAt(url, AbortSignal.any([this.#closing.signal, AbortSignal.timeout(TRY_MS)]));
      } catch (cause) {
        if (cause instanceof SourceRefused) throw cause;
        const waitMs = reconnectMs(failures, random());
        if (this.#closing.signal.aborted || performance.now() + waitMs > until) {
          throw new SourceRefused("source_unreachable", `${url} cannot be reached`, { cause });
        }
        await delay(waitMs, undefined, { signal: this.#closing.signal }).catch(() => {});
      }
    }
  }
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
