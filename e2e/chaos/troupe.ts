/** All clients of a run: whoever is killed has a successor, so that there are always as many. */
import { type Browser, chromium } from "@playwright/test";
import { Chance } from "@valence/coordinator/simulation/chance";
import { findChromium } from "../browser/chromium.js";
import type { Stage } from "../processes.js";
import { type Client, type Kind, nodeClient, tabClient } from "./clients.js";

/** A client's place, and how the next one comes into it. */
type Seat = { client: Client | null; readonly kind: Kind; readonly fill: () => Promise<Client | null> };

export type TroupeOptions = {
  readonly seed: number;
  readonly nodeClients: number;
  readonly threads: number;
  readonly tabs: number;
};

export class Troupe {
  readonly #chance: Chance;
  readonly #seats: Seat[] = [];
  readonly #browsers: Browser[] = [];
  readonly #filling = new Set<Promise<void>>();
  readonly #faults: string[] = [];
  #ended = false;

  private constructor(seed: number) {
    this.#chance = new Chance(seed, 2);
  }

  static async open(stage: Stage, url: string, options: TroupeOptions): Promise<Troupe> {
    const { seed, nodeClients, threads, tabs } = options;
    const troupe = new Troupe(seed);
    for (let i = 0; i < nodeClients; i++) {
      // A process that starts anew on the same folder is the same identity.
      troupe.#add("Node client", async () => nodeClient(stage, url, { name: `client-${i}`, threads }));
    }
    const executablePath = tabs > 0 ? findChromium() : "";
    for (let i = 0; i < tabs; i++) {
      const browser = await chromium.launch({ executablePath });
      troupe.#browsers.push(browser);
      troupe.#add("tab", () => tabClient(browser, url, () => troupe.#ended));
    }
    return troupe;
  }

  /** Kills one, and lets its successor come; the moment is not waited for. */
  async kill(kind: Kind): Promise<string> {
    const seat = await this.#anyone((each) => each.kind === kind);
    const { client } = seat;
    this.#inspect(client);
    seat.client = null;
    await client?.kill();
    this.#fill(seat);
    return `${kind} killed`;
  }

  async stop(ms: number): Promise<void> {
    const { client } = await this.#anyone(() => true);
    await client?.stop(ms);
  }

  /** Of all clients there were. */
  faults(): readonly string[] {
    for (const { client } of this.#seats) this.#inspect(client);
    return this.#faults;
  }

  async close(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#browsers.map((browser) => browser.close()));
    await Promise.allSettled(this.#filling);
  }

  /** Somebody who is there. */
  async #anyone(fits: (seat: Seat) => boolean): Promise<Seat> {
    for (;;) {
      const present = this.#seats.filter((seat) => seat.client !== null && fits(seat));
      const seat = present[this.#chance.int(0, present.length - 1)];
      if (seat) return seat;
      await Promise.race(this.#filling);
    }
  }

  #add(kind: Kind, fill: Seat["fill"]): void {
    const seat = { client: null, kind, fill };
    this.#seats.push(seat);
    this.#fill(seat);
  }

  #fill(seat: Seat): void {
    const filling = seat
      .fill()
      .then((client) => {
        seat.client = client;
      })
      .finally(() => this.#filling.delete(filling));
    this.#filling.add(filling);
  }

  #inspect(client: Client | null): void {
    const fault = client?.fault() ?? null;
    if (fault !== null) this.#faults.push(fault);
  }
}
