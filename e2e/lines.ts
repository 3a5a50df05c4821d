/** Lines of JSON to upload, made as they are asked for; and how much memory a coordinator has meanwhile. */
import { setTimeout as delay } from "node:timers/promises";

const CHUNK_LENGTH = 64 * 1024;
const LOOK_MS = 20;

/** `count` lines of some 40 bytes, in pieces of 64 KiB. */
export async function* numberLines(count: number): AsyncGenerator<Buffer, void, void> {
  let text = "";
  for (let n = 0; n < count; n++) {
    text += `{"n":${n},"text":"one of many lines ${n % 97}"}\n`;
    if (text.length < CHUNK_LENGTH) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}

/** Looks again and again at the resident memory of a coordinator, as it says itself in `/metrics`. */
export class MemoryWatch {
  readonly #url: string;
  readonly #before: number;
  #most: number;
  readonly #stop = new AbortController();
  readonly #looking: Promise<void>;

  private constructor(url: string, before: number) {
    this.#url = url;
    this.#before = before;
    this.#most = before;
    this.#looking = this.#look();
  }

  static async start(url: string): Promise<MemoryWatch> {
    return new MemoryWatch(url, await residentBytes(url));
  }

  /** In bytes: at the start, and the most since. */
  async stop(): Promise<{ readonly before: number; readonly most: number }> {
    this.#stop.abort();
    await this.#looking;
    return { before: this.#before, most: this.#most };
  }

  async #look(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await delay(LOOK_MS);
      this.#most = Math.max(this.#most, await residentBytes(this.#url));
    }
  }
}

async function residentBytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const [, bytes] = /^process_resident_memory_bytes (\d+)/m.exec(text) ?? [];
  if (bytes === undefined) throw new Error("the coordinator does not say how much memory it has");
  return Number(bytes);
}
