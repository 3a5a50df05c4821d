/** Real processes of the product, for tests and benches: started as a person would, killed as misfortune does. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { connect } from "@valence/client-node/sdk/connect";
import type { Grid } from "@valence/client-node/sdk/grid";
import { openThings } from "./open-things.js";

const BIN = fileURLToPath(import.meta.resolve("@valence/client-node/package.json")).replace(
  /package\.json$/,
  "bin/valence.mjs",
);

export type Running = {
  readonly process: ChildProcess;
  /** What it wrote to standard error so far. */
  errors(): string;
  /** Sends the signal and waits for the end; gives the exit code, null after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
};

export type Serving = Running & {
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly grid: Grid;
};

/** A folder for one test, and everything that runs in it. It is noted as open until it is closed. */
export class Stage {
  readonly dir: string;
  /** Kills what runs, and removes the folder. */
  readonly close: () => Promise<void>;
  readonly #running = new Set<Running>();
  #isClosed = false;

  private constructor(dir: string) {
    this.dir = dir;
    this.close = openThings.note(() => this.#close());
  }

  static async open(): Promise<Stage> {
    return new Stage(mkdtempSync(join(tmpdir(), "valence-e2e-"))); // At once: no signal comes between the folder and its note.
  }

  /** A coordinator that is ready. The same name is the same data; without a port it takes a free one. */
  async serve({
    name = "data",
    port = 0,
    env = {},
  }: {
    name?: string;
    port?: number;
    env?: Record<string, string>;
  } = {}): Promise<Serving> {
    const dataDir = join(this.dir, name);
    const running = this.run(["serve", "--json", "--port", String(port), "--data-dir", dataDir], env);
    const ready = await firstLine(running);
    const { url, port: at } = JSON.parse(ready) as { url: string; port: number };
    const token = (await readFile(join(dataDir, "admin-token"), "utf8")).trim();
    return { ...running, url, port: at, token, grid: connect({ url, token }) };
  }

  /** A headless client with an identity of its own. */
  work(
    serving: Pick<Serving, "url">,
    {
      name,
      threads = 1,
      flags = [],
      env = {},
    }: { name: string; threads?: number; flags?: readonly string[]; env?: Record<string, string> },
  ): Running {
    const where = ["--url", serving.url, "--data-dir", join(this.dir, name), "--threads", String(threads)];
    const running = this.run(["work", ...where, "--allow-unsandboxed", "--json", ...flags], env);
    running.process.stdout?.resume(); // What nobody reads would keep it from ending.
    return running;
  }

  /** The command with these arguments. */
  run(args: readonly string[], env: Record<string, string> = {}): Running {
    if (this.#isClosed) throw new Error("nothing runs in a folder that is removed");
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: this.dir,
      env: { PATH: process.env.PATH, HOME: this.dir, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    const running: Running = { process: child, errors: () => errors, end: (signal) => this.#end(running, signal) };
    this.#running.add(running);
    return running;
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#running].map((running) => this.#end(running, "SIGKILL")));
    await rm(this.dir, { recursive: true, force: true });
  }

  async #end(running: Running, signal: NodeJS.Signals): Promise<number | null> {
    const { process: child } = running;
    this.#running.delete(running);
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
    return child.exitCode;
  }
}

/** Waits until `look` gives something; the failure says what was waited for. */
export async function until<T>(
  what: string,
  look: () => Promise<T | false | null | undefined> | T | false | null | undefined,
  withinMs = 30_000,
): Promise<T> {
  const late = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > late) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The first line of standard output; the rest is read and dropped, so that nobody is held up by a full pipe. */
async function firstLine(running: Running): Promise<string> {
  const { stdout } = running.process;
  if (!stdout) throw new Error("no standard output");
  const lines = createInterface({ input: stdout });
  const line = once(lines, "line").then(([text]) => text as string);
  const exit = once(running.process, "exit").then(([code]) => {
    throw new Error(`ended with ${code} before it was ready: ${running.errors()}`);
  });
  const first = await Promise.race([line, exit]);
  lines.on("line", () => {});
  exit.catch(() => {});
  return first;
}
