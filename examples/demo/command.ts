/** One `valence …` process of the demo: what it says when it is ready, what it complained of, and how it ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../../client-node/bin/valence.mjs", import.meta.url));
const LEASH = new URL("leash.js", import.meta.url).href;
/** Starting Node on a busy machine with a cold disk takes seconds. */
const READY_MS_MAX = 30_000;
const COMPLAINT_LENGTH_MAX = 4_000;

export class Command {
  readonly name: string;
  /** Resolves when the process has ended and all it wrote was read, to a sentence that says so. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #onRecord = new Set<(record: unknown) => void>();
  #complaint = "";

  /** In a process group of its own: Ctrl-C in the terminal reaches the demo alone, which then ends its commands in order. */
  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    this.name = `valence ${args[0]}`;
    const child = spawn(process.execPath, ["--import", LEASH, BIN, ...args, "--json"], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once("error", (error) => resolve(`${this.name} cannot be started: ${error.message}`));
      child.once("close", (code, signal) => resolve(`${this.name} has ended with ${signal ?? `exit code ${code}`}`));
    });
    if (child.stdout) createInterface({ input: child.stdout }).on("line", (line) => this.#read(line));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-COMPLAINT_LENGTH_MAX);
    });
  }

  /** What it last wrote to standard error. */
  get complaint(): string {
    return this.#complaint.trim();
  }

  /** The first record from now on in which `found` finds something. @throws Error with the command's own complaint */
  async record<T>(found: (record: unknown) => T | null): Promise<T> {
    const stop = new AbortController();
    const late = delay(READY_MS_MAX, `${this.name} was not ready within ${READY_MS_MAX / 1_000} s`, {
      signal: stop.signal,
    });
    const failed = Promise.race([this.ended, late]).then((sentence) => {
      throw new Error(this.complaint || sentence);
    });
    try {
      return await Promise.race([this.#next(found), failed]);
    } finally {
      this.#onRecord.clear();
      stop.abort();
      failed.catch(() => {}); // the command may end long after it was ready
    }
  }

  /** Asks it to end, and ends it after `maxMs`. */
  async stop(maxMs: number): Promise<void> {
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.kill(), maxMs);
    await this.ended;
    clearTimeout(timer);
  }

  /** Ends it at once. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #next<T>(found: (record: unknown) => T | null): Promise<T> {
    return new Promise((resolve) => {
      this.#onRecord.add((record) => {
        const thing = found(record);
        if (thing !== null) resolve(thing);
      });
    });
  }

  /** Every line is read, also when nobody waits for one: a full pipe would hold the command up. */
  #read(line: string): void {
    if (this.#onRecord.size === 0) return;
    const record: unknown = JSON.parse(line);
    for (const listener of this.#onRecord) listener(record);
  }
}
