/**
 * The processes of the demo: a coordinator and its clients, each the real command. Whoever opens a stage must `end` it; whatever
 * is left when the process exits is killed.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "./command.js";
import type { Folder } from "./folder.js";
import { freePort } from "./free-port.js";

const HOST = "127.0.0.1";
/** Together below the ten seconds that an end may take. */
const CLIENT_STOP_MS = 4_500;
const COORDINATOR_STOP_MS = 4_500;

export type Address = { readonly url: string; readonly token: string };

export class Stage {
  /** Resolves when a process ends that nobody asked to. */
  readonly fallen: Promise<string>;
  readonly #folder: Folder;
  readonly #clients = new Set<Command>();
  #coordinator: Command | null = null;
  #ending = false;
  #fall: (sentence: string) => void = () => {};

  constructor(folder: Folder) {
    this.#folder = folder;
    this.fallen = new Promise((resolve) => {
      this.#fall = resolve;
    });
    process.once("exit", this.#drop);
  }

  /** A coordinator on the first free port from `port` on, or on any for 0. @throws Error with what the command complained of */
  async coordinate(port: number): Promise<Address> {
    for (;;) {
      const free = port === 0 ? 0 : await freePort(port, HOST);
      const command = this.#serve(free);
      try {
        const { url, tokenFile } = await command.record(servingIn);
        this.#watch(command);
        return {
          url,
          token: tokenFile ? readFileSync(tokenFile, "utf8").trim() : (process.env.VALENCE_ADMIN_TOKEN ?? ""),
        };
      } catch (error) {
        // Somebody took the port in between.
        if (port === 0 || !/Port \d+ .* is taken/.test(command.complaint)) throw error;
      }
    }
  }

  /** A client of its own identity. @throws Error with what the command complained of */
  async lend(name: string, threads: number, { url, token }: Address): Promise<void> {
    const folder = join(this.#folder.path, name);
    const args = ["work", "--allow-unsandboxed", "--threads", String(threads), "--url", url, "--data-dir", folder];
    const command = new Command(args, { VALENCE_TOKEN: token });
    this.#clients.add(command);
    await command.record((record) => ((record as { type?: unknown }).type === "connected" ? true : null));
    this.#watch(command);
  }

  /** Ends everything in order, clients first so that they can say goodbye, and takes the folder away if it was temporary. */
  async end(): Promise<void> {
    this.#ending = true;
    await Promise.all([...this.#clients].map((client) => client.stop(CLIENT_STOP_MS)));
    await this.#coordinator?.stop(COORDINATOR_STOP_MS);
    process.off("exit", this.#drop);
    this.#folder.remove();
  }

  #serve(port: number): Command {
    const args = [
      "serve",
      "--host",
      HOST,
      "--port",
      String(port),
      "--data-dir",
      this.#folder.path,
      "--log-level",
      "warn",
    ];
    // The demo is local, whatever the environment says of another coordinator.
    this.#coordinator = new Command(args, { VALENCE_STORE: "", VALENCE_PUBLIC_URL: "" });
    return this.#coordinator;
  }

  #watch(command: Command): void {
    void command.ended.then((sentence) => {
      if (!this.#ending) this.#fall([`${sentence}.`, command.complaint].filter(Boolean).join("\n"));
    });
  }

  /** Without waiting: for an exit that nobody planned. */
  readonly #drop = (): void => {
    for (const command of this.#clients) command.kill();
    this.#coordinator?.kill();
    this.#folder.remove();
  };
}

function servingIn(record: unknown): { url: string; tokenFile: string | null } | null {
  const { url, adminTokenFile } = record as { url?: unknown; adminTokenFile?: unknown };
  if (typeof url !== "string") return null;
  return { url, tokenFile: typeof adminTokenFile === "string" ? adminTokenFile : null };
}
