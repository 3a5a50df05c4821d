/** The sources of atoms, from the coordinator, each checked against its id. Knows no slot, no job and no HTTP. */
import { parseAtomId, sha256Hex } from "../atom-id.js";
import { reconnectMs } from "../reconnect.js";
import type { Clock } from "./clock.js";

/** All tries together: less than a volunteer's worker may take to open. */
const PATIENCE_MS = 20_000;
/** Sources that are kept, of ATOM_BYTES_MAX each at most; the one that was used least recently goes first. */
export const KEPT_MAX = 16;

/** Sources by the ids of atoms. Many may ask for one at the same time: it is fetched once. */
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

/** Reads from a coordinator. */
export interface SourceReader {
  /**
   * The bytes at a path such as `/api/v1/atoms/…/source`, at most ATOM_BYTES_MAX.
   *
   * @throws SourceRefused when to try again would not help, another error when it may
   */
  read(path: string): Promise<Uint8Array>;
  /** Ends what is being read. */
  close(): void;
}

/** `patienceMs` is for all tries of one source together: 20 s when it is left out. */
export type AtomSourcesOptions = {
  readonly reader: SourceReader;
  readonly clock: Clock;
  /** Uniform in `[0, 1)`. */
  readonly random: () => number;
  readonly patienceMs?: number | undefined;
};

/** Tries again, with growing waits, what may pass; checks each source against the SHA-256 in its id; keeps the 16 that were used last. */
export function atomSources(options: AtomSourcesOptions): AtomSources {
  return new PatientSources(options);
}

class PatientSources implements AtomSources {
  readonly #options: AtomSourcesOptions;
  /** Fetched once for all slots; the least recently used goes first. */
  readonly #kept = new Map<string, Promise<Uint8Array>>();
  /** Calls off the waits between tries. */
  readonly #waits = new Set<() => void>();
  #closed = false;

  constructor(options: AtomSourcesOptions) {
    this.#options = options;
  }

  get(atom: string): Promise<Uint8Array> {
    const source = this.#kept.get(atom) ?? this.#fetched(atom);
    this.#kept.delete(atom);
    this.#kept.set(atom, source);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
    source.catch(() => this.#kept.get(atom) === source && this.#kept.delete(atom));
    return source;
  }

  close(): void {
    this.#closed = true;
    this.#options.reader.close();
    for (const end of this.#waits) end();
  }

  async #fetched(atom: string): Promise<Uint8Array> {
    const hash = parseAtomId(atom)?.sha256;
    if (!hash) throw new SourceRefused("unknown_atom", `${atom} is no id of an atom`);
    const source = await this.#patiently(`/api/v1/atoms/${atom}/source`);
    if (sha256Hex(source) === hash) return source;
    throw new SourceRefused("atom_mismatch", `the coordinator's source of ${atom} has another hash`);
  }

  async #patiently(path: string): Promise<Uint8Array> {
    const { reader, clock, random, patienceMs = PATIENCE_MS } = this.#options;
    const until = clock.now() + patienceMs;
    for (let failures = 1; ; failures++) {
      try {
        return await reader.read(path);
      } catch (cause) {
        if (cause instanceof SourceRefused) throw cause;
        const waitMs = reconnectMs(failures, random());
        if (this.#closed || clock.now() + waitMs > until) {
          throw new SourceRefused("source_unreachable", `${path} cannot be reached`, { cause });
        }
        await this.#wait(waitMs);
      }
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        off();
        this.#waits.delete(end);
        resolve();
      };
      const off = this.#options.clock.after(ms, end);
      this.#waits.add(end);
    });
  }
}
